import { type CodeOfConstraint } from './compiled-validator';

/** Which problem a failed constraint of the transition event is; everything else is `contract-violation`. */
export const codeOfConstraint: CodeOfConstraint = (constraint) => {
  if (constraint === 'isAttribute') return 'malformed';
  if (constraint === 'isIdentifier') return 'identifier-form';
  if (constraint === 'isInstant') return 'time-form';
  if (constraint === 'isAmount' || constraint === 'isCurrency') return 'money-form';
  return undefined;
};
