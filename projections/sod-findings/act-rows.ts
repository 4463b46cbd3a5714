import { type CompiledMapping, type MappingRow } from '../../src/controls/duty-mapping.policy';
import { linkOf } from '../../src/controls/lineage.policy';
import { type RuleBook } from '../../src/controls/rule-sets/rule-book.policy';
import { transitionOf, type TransitionData } from '../../src/kernel/entry';
import { parseMoney } from '../../src/kernel/money';
import { parseStreamName } from '../../src/kernel/stream-name';
import { ruleBookIn } from '../control-registers';
import { type ProjectedEvent, type ProjectionDb } from '../read-model';
import { judgedRefs, refsOf, relatedName } from './act-refs';
import { dirtyOf } from './dirty';
import { behindName, putParty } from './ref-parties';

const PUT_ACT = `
  INSERT OR REPLACE INTO sod_act (n, event, type, at, object, account, on_behalf_of, initiated_by, version, lasting,
         refs, cancels, policy, session, amount_minor, currency)
  VALUES (:n, :event, :type, :at, :object, :account, :onBehalfOf, :initiatedBy, :version, :lasting,
         :refs, :cancels, :policy, :session, :amountMinor, :currency)`;

const PUT_LASTING_REF = `
  INSERT OR IGNORE INTO sod_lasting_ref (ref, at, event) VALUES (:ref, :at, :event)`;

const PUT_LINK = `INSERT OR IGNORE INTO sod_link (child, parent) VALUES (:child, :parent)`;

/** Versions are compared as numbers; a version in other words is counted from the changes instead. */
const VERSION_NUMBER = /^[1-9][0-9]{0,8}$/;

/** Keeps an event that has a duty, or that withdraws one that has. */
export function putAct(event: ProjectedEvent, db: ProjectionDb): void {
  const { entry, index, stream, type } = event;
  const day = bookOf(db).ruleSetOn(entry.occurredAt.slice(0, 10));
  const row = day.duties.row(type);
  if (row === undefined) return;
  const isWithdrawal = row.cancels !== undefined;
  // Which act is withdrawn is said by the source or not known: a guess would hide a finding.
  if (isWithdrawal && entry.causation === undefined) return;
  const data = transitionOf(entry);
  const isLasting = row.duties?.some(day.rules.isConsequence) === true;
  const refs = refsOf(stream, data);
  const { id: account, onBehalfOf } = entry.actor;
  db.run(PUT_ACT, {
    n: index,
    event: entry.id,
    type,
    at: entry.occurredAt,
    object: stream,
    account,
    onBehalfOf: onBehalfOf ?? null,
    initiatedBy: data?.initiatedBy ?? null,
    version: versionOf(data),
    lasting: isLasting ? 1 : 0,
    refs: refs.length === 0 ? null : refs.join(' '),
    cancels: isWithdrawal ? (entry.causation ?? null) : null,
    policy: data?.autoApprovalPolicy ?? null,
    session: data?.emergencySession ?? null,
    ...amountOf(data),
  });
  const dirty = dirtyOf(db);
  (decidesOverOthers(row, day.duties) ? dirty.reconsidered : dirty.objects).add(stream);
  putJudgedRefs(event, { refs, initiatedBy: data?.initiatedBy }, db);
  if (isLasting) putLastingRefs(refs, event, db);
}

/** Duties that give other events of their object another meaning. */
const followed = new WeakMap<CompiledMapping, ReadonlySet<string>>();

function decidesOverOthers({ cancels, duties = [] }: MappingRow, of: CompiledMapping): boolean {
  let known = followed.get(of);
  if (known === undefined) {
    known = new Set(of.mapping.rows.flatMap(({ following = {} }) => Object.keys(following)));
    followed.set(of, known);
  }
  return cancels !== undefined || duties.some((duty) => known.has(duty));
}

const BOOK = 'sod-findings/book';

/** The rules by date, read once a batch. A version that the batch itself approves begins on a later day. */
export function bookOf(db: ProjectionDb): RuleBook {
  let book = db.batch.get(BOOK) as RuleBook | undefined;
  if (book === undefined) db.batch.set(BOOK, (book = ruleBookIn(db)));
  return book;
}

function putJudgedRefs(
  { entry, index, stream, type }: ProjectedEvent,
  {
    refs,
    initiatedBy,
  }: { readonly refs: readonly string[]; readonly initiatedBy?: string | undefined },
  db: ProjectionDb,
): void {
  const { id, onBehalfOf } = entry.actor;
  const day = bookOf(db).ruleSetOn(entry.occurredAt.slice(0, 10));
  for (const ref of judgedRefs({ type, stream, refs }, day)) {
    dirtyOf(db).relations.add(ref);
    const act = { ref, type, at: entry.occurredAt, n: index };
    putParty({ ...act, party: id }, db);
    for (const account of [onBehalfOf, initiatedBy])
      if (account !== undefined) putParty({ ...act, party: behindName(account) }, db);
  }
}

function putLastingRefs(
  refs: readonly string[],
  { entry: { occurredAt: at, id: event } }: ProjectedEvent,
  db: ProjectionDb,
): void {
  for (const ref of refs) {
    db.run(PUT_LASTING_REF, { ref, at, event });
    dirtyOf(db).relied.add(ref);
  }
}

/** Keeps the document links of any event: also one without a duty may say where a document comes from. */
export function putLinks({ entry, stream }: ProjectedEvent, db: ProjectionDb): void {
  const related = transitionOf(entry)?.related;
  if (related === undefined) return;
  const own = parseStreamName(stream);
  for (const one of related) {
    const other = relatedName(one, own);
    const link = other === undefined ? undefined : linkOf(stream, own.objectType, one, other);
    if (link === undefined) continue;
    db.run(PUT_LINK, { child: link.child, parent: link.parent });
    dirtyOf(db).relinked.add(link.child);
  }
}

function versionOf(data: TransitionData | undefined): number | null {
  const version = data?.version;
  return version !== undefined && VERSION_NUMBER.test(version) ? Number(version) : null;
}

function amountOf(data: TransitionData | undefined) {
  if (data?.amount === undefined) return { amountMinor: null, currency: null };
  const { minor, currency } = parseMoney(data.amount);
  return { amountMinor: minor, currency };
}
