import { readAmount } from '../amounts';
import { type LineRole, type Verdict } from '../statement';
import { type AmountText, type ChargeDraft, type DetailDraft, type EntryDraft } from './camt-draft';

export interface EntryPart {
  readonly role: LineRole;
  readonly amountMinor: bigint;
  readonly detail?: DetailDraft;
}

export interface SplitEntry {
  readonly parts: readonly EntryPart[];
  readonly verdict: Verdict;
}

/**
 * Parts of an entry: its details, and charges where only they close the gap. Banks differ in which charges they put into
 * the entry's amount, so the sets are tried in a fixed order and the sum decides; nothing is assumed.
 */
export function splitEntry(draft: EntryDraft, entryMinor: bigint, currency: string): SplitEntry {
  const { details } = draft;
  const complete = isComplete(draft);
  const [only] = details;
  if (only === undefined) return whole(entryMinor, undefined, complete ? 'not-stated' : 'failed');

  const parts = details.map((detail) => detailPart(detail, draft.direction, currency));
  const stated = parts.filter((part) => part !== undefined);
  if (stated.length < details.length) {
    // One detail without an amount of its own, or with the amount in the payer's currency, is the entry itself.
    if (details.length === 1) return whole(entryMinor, only, complete ? 'not-stated' : 'failed');
    return whole(entryMinor, undefined, 'failed');
  }

  const gap = entryMinor - sumOf(stated);
  for (const charges of chargeSets(draft, currency)) {
    if (sumOf(charges) !== gap) continue;
    return { parts: [...stated, ...charges], verdict: complete ? 'passed' : 'failed' };
  }
  return whole(entryMinor, details.length === 1 ? only : undefined, 'failed');
}

/** `NbOfTxs` must be the number of details that are there; where it is absent nothing is stated. */
const isComplete = ({ transactions, details }: EntryDraft) =>
  transactions === undefined ||
  transactions === details.length ||
  (transactions === 1 && details.length === 0);

function whole(amountMinor: bigint, detail: DetailDraft | undefined, verdict: Verdict): SplitEntry {
  const part: EntryPart =
    detail === undefined ? { role: 'entry', amountMinor } : { role: 'detail', amountMinor, detail };
  return { parts: [part], verdict };
}

function detailPart(
  detail: DetailDraft,
  entryDirection: string | undefined,
  currency: string,
): EntryPart | undefined {
  const minor = minorIn(detail.amount ?? detail.transactionAmount, currency);
  if (minor === undefined) return undefined;
  const debit = (detail.direction ?? entryDirection) === 'DBIT';
  return { role: 'detail', amountMinor: debit ? -minor : minor, detail };
}

/** Sets of charges that an entry may contain, the smallest claim first. */
function chargeSets(draft: EntryDraft, currency: string): readonly (readonly EntryPart[])[] {
  const ofDetails = draft.details.flatMap((detail) => detail.charges);
  const isIncluded = (charge: ChargeDraft) => charge.included === 'true' || charge.included === '1';
  const candidates = [
    [],
    draft.charges.filter(isIncluded),
    ofDetails.filter(isIncluded),
    draft.charges,
    ofDetails,
  ];
  return candidates.flatMap((charges) => {
    const parts = charges.map((charge) => chargePart(charge, currency));
    return parts.every((part) => part !== undefined) ? [parts] : [];
  });
}

/** A charge lowers the balance unless the bank says that it credits it. */
function chargePart(charge: ChargeDraft, currency: string): EntryPart | undefined {
  const minor = minorIn(charge.amount, currency);
  if (minor === undefined) return undefined;
  return { role: 'charge', amountMinor: charge.direction === 'CRDT' ? minor : -minor };
}

function minorIn(amount: AmountText | undefined, currency: string): bigint | undefined {
  if (amount === undefined || amount.currency !== currency) return undefined;
  const read = readAmount(amount.text, currency);
  return 'minor' in read ? read.minor : undefined;
}

const sumOf = (parts: readonly EntryPart[]) =>
  parts.reduce((sum, part) => sum + part.amountMinor, 0n);
