import { DEFAULT_DUTIES } from '../../src/controls/duty-mapping.policy';
import { linkOf } from '../../src/controls/lineage.policy';
import { DEFAULT_RULES } from '../../src/controls/rule-set.policy';
import { type RelatedObject, transitionOf, type TransitionData } from '../../src/kernel/entry';
import { parseMoney } from '../../src/kernel/money';
import { parseStreamName, streamName, type StreamParts } from '../../src/kernel/stream-name';
import { type ProjectedEvent, type ProjectionDb } from '../read-model';
import { dirtyOf } from './dirty';

const PUT_ACT = `
  INSERT OR REPLACE INTO sod_act (n, event, type, at, object, account, on_behalf_of, initiated_by, version, lasting,
         refs, cancels, amount_minor, currency)
  VALUES (:n, :event, :type, :at, :object, :account, :onBehalfOf, :initiatedBy, :version, :lasting,
         :refs, :cancels, :amountMinor, :currency)`;

const PUT_LASTING_REF = `
  INSERT OR IGNORE INTO sod_lasting_ref (ref, at, event) VALUES (:ref, :at, :event)`;

const PUT_ACT_REF = `
  INSERT OR IGNORE INTO sod_act_ref (ref, account, at, n) VALUES (:ref, :account, :at, :n)`;

const PUT_LINK = `INSERT OR IGNORE INTO sod_link (child, parent) VALUES (:child, :parent)`;

/** Versions are compared as numbers; a version in other words is counted from the changes instead. */
const VERSION_NUMBER = /^[1-9][0-9]{0,8}$/;

/** Keeps an event that has a duty, or that withdraws one that has. */
export function putAct({ entry, index, stream, type }: ProjectedEvent, db: ProjectionDb): void {
  const row = DEFAULT_DUTIES.row(type);
  if (row === undefined) return;
  const isWithdrawal = row.cancels !== undefined;
  // Which act is withdrawn is said by the source or not known: a guess would hide a finding.
  if (isWithdrawal && entry.causation === undefined) return;
  const data = transitionOf(entry);
  const isLasting = row.duties?.some(DEFAULT_RULES.isConsequence) === true;
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
    ...amountOf(data),
  });
  dirtyOf(db).objects.add(stream);
  const parties = [account, onBehalfOf, data?.initiatedBy].filter((id) => id !== undefined);
  for (const ref of refs) {
    for (const party of new Set(parties))
      db.run(PUT_ACT_REF, { ref, account: party, at: entry.occurredAt, n: index });
  }
  if (isLasting) putLastingRefs(refs, entry.occurredAt, entry.id, db);
}

function putLastingRefs(
  refs: readonly string[],
  at: string,
  event: string,
  db: ProjectionDb,
): void {
  for (const ref of refs) {
    db.run(PUT_LASTING_REF, { ref, at, event });
    dirtyOf(db).refs.add(ref);
  }
}

/** Keeps the document links of any event: also one without a duty may say where a document comes from. */
export function putLinks({ entry, stream }: ProjectedEvent, db: ProjectionDb): void {
  const related = transitionOf(entry)?.related;
  if (related === undefined) return;
  const own = parseStreamName(stream);
  for (const one of related) {
    const link = linkOf(stream, own.objectType, one, nameOf(one, own));
    if (link === undefined) continue;
    db.run(PUT_LINK, { child: link.child, parent: link.parent });
    dirtyOf(db).relinked.add(link.child);
  }
}

function nameOf({ type, entity, id }: RelatedObject, own: StreamParts): string {
  return streamName(type, entity ?? own.entity, id);
}

const REF_KEYS: ReadonlyMap<string, string> = new Map([
  ['supplier', 'vendor'],
  ['customer', 'customer'],
  ['bank-account', 'bankAccount'],
]);

/** Master data an event is about: what it links to as such, and the object itself where it is master data. */
export function refsOf(
  stream: string,
  data: Pick<TransitionData, 'related'> | undefined,
): string[] {
  const category = stream.slice(0, stream.indexOf('-'));
  const isMaster = REF_KEYS.has(category);
  if (!isMaster && data?.related === undefined) return [];
  const own = parseStreamName(stream);
  const refs = isMaster ? [`${REF_KEYS.get(category)}:${stream}`] : [];
  for (const one of data?.related ?? []) {
    const key = REF_KEYS.get(one.role);
    if (key !== undefined) refs.push(`${key}:${nameOf(one, own)}`);
  }
  return [...new Set(refs)];
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
