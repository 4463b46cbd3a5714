import bankStatementLine from './workflows/bank-statement-line.workflow.json';
import budget from './workflows/budget.workflow.json';
import costCenter from './workflows/cost-center.workflow.json';
import creditNote from './workflows/credit-note.workflow.json';
import customerInvoice from './workflows/customer-invoice.workflow.json';
import expenseClaim from './workflows/expense-claim.workflow.json';
import goodsReceipt from './workflows/goods-receipt.workflow.json';
import intercompanyTransaction from './workflows/intercompany-transaction.workflow.json';
import invoice from './workflows/invoice.workflow.json';
import journalEntry from './workflows/journal-entry.workflow.json';
import payment from './workflows/payment.workflow.json';
import purchaseOrder from './workflows/purchase-order.workflow.json';
import receipt from './workflows/receipt.workflow.json';
import requisition from './workflows/requisition.workflow.json';
import salesOrder from './workflows/sales-order.workflow.json';
import supplier from './workflows/supplier.workflow.json';

/** One legal step: `action` leads from any of `from` to `to`; without `to` the object stays in its state. */
export interface TransitionRule {
  readonly action: string;
  readonly from: readonly string[];
  readonly to?: string;
}

/**
 * What a contract asks of a member of `data.custom`. Amounts beyond minor units are exact decimals with a scale; `lines` are
 * those of the document, each with its number.
 */
export interface CustomField {
  readonly type: 'decimal' | 'currency' | 'text' | 'integer' | 'date' | 'lines';
  /** decimals only: most digits behind the point */
  readonly scaleMax?: number;
}

export interface FieldRules {
  /** actions whose event must carry `data.amount` */
  readonly amountRequiredFor: readonly string[];
  /** dimensions beside costCenter, account, project and period; at most 16 */
  readonly dimensions: readonly string[];
  readonly custom: Readonly<Record<string, CustomField>>;
}

/** An object that a complete lineage links to in this role once `before` occurred. */
export interface ExpectedLink {
  readonly type: string;
  readonly role: string;
  readonly before: string;
}

/** Versioned, effective-dated data: which states an object type has and how it may move between them. */
export interface WorkflowDefinition {
  /** object type with dashes */
  readonly object: string;
  readonly version: number;
  /** first civil date on which this version is in force */
  readonly effectiveFrom: string;
  /** name of the state of an object that no event has spoken of */
  readonly initial: string;
  readonly states: readonly string[];
  readonly transitions: readonly TransitionRule[];
  /** action -> actions that must have occurred before it */
  readonly requiredBefore: Readonly<Record<string, readonly string[]>>;
  /** actions that authorise: a step that lacks one of these is unauthorised */
  readonly approvals: readonly string[];
  readonly terminal: readonly string[];
  readonly fields: FieldRules;
  readonly expects: readonly ExpectedLink[];
}

const SHIPPED: readonly WorkflowDefinition[] = [
  budget,
  requisition,
  supplier,
  costCenter,
  purchaseOrder,
  goodsReceipt,
  invoice,
  creditNote,
  payment,
  journalEntry,
  salesOrder,
  customerInvoice,
  receipt,
  intercompanyTransaction,
  bankStatementLine,
  expenseClaim,
].map((json) => checked(json as WorkflowDefinition));

/** A definition that names a state or action it does not have would judge facts wrongly: stop at load. */
function checked(definition: WorkflowDefinition): WorkflowDefinition {
  const { object, states, initial, transitions } = definition;
  const known = new Set([initial, ...states]);
  const actions = new Set(transitions.map((t) => t.action));
  const named = [
    ...definition.terminal.filter((s) => !known.has(s)),
    ...transitions
      .flatMap((t) => [...t.from, ...(t.to === undefined ? [] : [t.to])])
      .filter((s) => !known.has(s)),
    ...Object.entries(definition.requiredBefore)
      .flatMap(([a, b]) => [a, ...b])
      .filter((a) => !actions.has(a)),
    ...definition.approvals.filter((a) => !actions.has(a)),
    ...definition.fields.amountRequiredFor.filter((a) => !actions.has(a)),
    ...definition.expects.map((e) => e.before).filter((a) => !actions.has(a)),
  ];
  if (named.length > 0)
    throw new TypeError(`workflow ${object} names what it does not define: ${named.join(', ')}`);
  return definition;
}

const BY_OBJECT = new Map<string, readonly WorkflowDefinition[]>();
for (const definition of SHIPPED) {
  BY_OBJECT.set(definition.object, [...(BY_OBJECT.get(definition.object) ?? []), definition]);
}

/** Every object type that has a workflow, in the order of the mission's list. */
export const OBJECT_TYPES: readonly string[] = SHIPPED.map((d) => d.object);

/**
 * The definition in force for an object type.
 *
 * @param object type with dashes, `purchase-order`
 * @param on civil date whose rules apply; without it the newest version
 * @returns undefined for a type nobody registered, or a date before its first version
 */
export function workflowOf(object: string, on?: string): WorkflowDefinition | undefined {
  let found: WorkflowDefinition | undefined;
  for (const definition of BY_OBJECT.get(object) ?? []) {
    if (on !== undefined && definition.effectiveFrom > on) continue;
    if (found === undefined || definition.version > found.version) found = definition;
  }
  return found;
}
