export { checkAnswers, flagsOfCitations } from './check-answers.projection';
