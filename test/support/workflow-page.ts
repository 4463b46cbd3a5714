import {
  OBJECT_TYPES,
  workflowOf,
  type WorkflowDefinition,
} from '../../src/ingestion/workflow-definitions.policy';

const HEAD = `# Workflows

The objects that the ledger knows, the steps each may take, and what a step needs. The action is the last part of an event's
type, \`tieout.<object>.<action>\`. A step that is not listed from a state, or that lacks what it needs, is recorded and
flagged; an action that is not listed at all has no contract and goes to quarantine. States of a source's own are mapped when
the source is registered: \`PUT /v1/sources/{id}\` with \`stateCodes\`.

\`none\` is the state of an object of which nothing is recorded yet. Where *to* says *stays*, the object keeps its state.
Dimensions stand beside \`costCenter\`, \`account\`, \`project\` and \`period\`, which every object may have.
`;

const code = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ');

function stepRow(definition: WorkflowDefinition, action: string): string {
  const rules = definition.transitions.filter((rule) => rule.action === action);
  const from = code(rules.flatMap((rule) => rule.from));
  const to = rules.map((rule) => (rule.to === undefined ? 'stays' : `\`${rule.to}\``)).join(', ');
  const needs = [...(definition.requiredBefore[action] ?? []).map((step) => `\`${step}\``)];
  if (definition.fields.amountRequiredFor.includes(action)) needs.push('an amount');
  return `| \`${action}\` | ${from} | ${to} | ${needs.length === 0 ? '-' : needs.join(', ')} |`;
}

function section(definition: WorkflowDefinition): string {
  const { object, transitions, fields, approvals } = definition;
  const actions = [...new Set(transitions.map((rule) => rule.action))];
  const custom = Object.entries(fields.custom).map(
    ([name, { type, scaleMax }]) =>
      `\`${name}\` (${type}${scaleMax === undefined ? '' : `, at most ${scaleMax} decimals`})`,
  );
  const notes = [
    approvals.length === 0 ? '' : `Approvals: ${code(approvals)}.`,
    fields.dimensions.length === 0 ? '' : `Dimensions: ${code(fields.dimensions)}.`,
    custom.length === 0 ? '' : `Custom: ${custom.join(', ')}.`,
  ].filter((note) => note !== '');
  return [
    `## ${object}`,
    '',
    '| action | from | to | needs |',
    '|---|---|---|---|',
    ...actions.map((action) => stepRow(definition, action)),
    ...(notes.length === 0 ? [] : ['', notes.join(' ')]),
    '',
  ].join('\n');
}

/** The reference page of the workflows, as the definitions say it. */
export function workflowPage(): string {
  const sections = OBJECT_TYPES.map((object) => section(workflowOf(object)!));
  return `${HEAD}\n${sections.join('\n')}`;
}
