import { type WorkflowDefinition } from '../../src/ingestion/workflow-definitions.policy';
import { type ObjectState } from '../../src/ingestion/workflow.policy';

/** A document that the workflow of an object expects and that nothing links to it. */
export interface MissingDocument {
  readonly type: string;
  readonly role: string;
  /** the step before which it had to be there, and when that step occurred */
  readonly step: string;
  readonly at: string;
}

/**
 * @param isLinked whether an object of that type is linked to this one, directly or over one document between: the
 *   receipt of the goods may name the order and not the invoice
 */
export function missingDocuments(
  definition: WorkflowDefinition,
  state: ObjectState,
  isLinked: (type: string) => boolean,
): MissingDocument[] {
  return definition.expects.flatMap(({ type, role, before }) => {
    const seen = Object.hasOwn(state.steps, before) ? state.steps[before] : undefined;
    return seen === undefined || isLinked(type)
      ? []
      : [{ type, role, step: before, at: seen.first }];
  });
}
