import { canonicalJson } from '../../kernel/canonical-json';
import { type JsonObject } from '../../kernel/json';
import { amountText } from './amount-text.policy';
import { type GroupList } from './group-list';
import { type SideName } from './line';
import {
  type Ambiguity,
  type Break,
  type Identity,
  type MatchGroup,
  type MatchResult,
  type PassTotal,
  type SideTotal,
} from './result';

/** A group as the result file has it. */
export type GroupRow = Omit<MatchGroup, 'kind' | 'members' | 'differenceMinor'> & {
  /** a suggestion is shown; its lines are open */
  readonly kind: 'group' | 'suggestion';
  readonly members: readonly {
    readonly line: string;
    readonly side: SideName;
    readonly allocated: string;
  }[];
  readonly difference: string;
};

export type BreakRow = Omit<Break, 'aMinor' | 'bMinor'> & {
  readonly a: string;
  readonly b: string;
};

export type TotalRow = JsonObject & { readonly kind: 'total' };

export type ResultRow = GroupRow | Ambiguity | BreakRow | TotalRow | Identity;

/** A result whose groups are written without being made. */
export interface ResultParts extends Omit<MatchResult, 'groups' | 'suggestions'> {
  readonly groups: Pick<GroupList, 'texts'> | readonly MatchGroup[];
  readonly suggestions: Pick<GroupList, 'texts'> | readonly MatchGroup[];
}

/**
 * The result as bytes: one RFC 8785 object a line: groups, ambiguities, suggestions, breaks, totals, identities, each kind in
 * order of id. Nothing in it names a run, a time or a person, so that equal input gives equal bytes; their SHA-256 is the result hash.
 */
export function* resultText(result: ResultParts | MatchResult): Generator<string> {
  const { groups, ambiguities, suggestions, breaks, totals, identities = [] } = result;
  yield* groupTexts('group', groups);
  for (const ambiguity of ambiguities) yield line(ambiguity);
  yield* groupTexts('suggestion', suggestions);
  for (const item of breaks) yield line(breakRow(item));
  for (const total of totals) yield line(totalRow(total));
  for (const identity of identities) yield line(identity);
}

function* groupTexts(
  kind: GroupRow['kind'],
  groups: Pick<GroupList, 'texts'> | readonly MatchGroup[],
): Generator<string> {
  if ('texts' in groups) yield* groups.texts(kind);
  else for (const group of groups) yield line(groupRow(kind, group));
}

const line = (row: ResultRow): string => `${canonicalJson(row as unknown as JsonObject)}\n`;

function groupRow(
  kind: GroupRow['kind'],
  { members, differenceMinor, ...group }: MatchGroup,
): GroupRow {
  const text = (minor: bigint) => amountText(minor, group.currency);
  return {
    ...group,
    kind,
    members: members.map(({ line: id, side, allocatedMinor }) => ({
      line: id,
      side,
      allocated: text(allocatedMinor),
    })),
    difference: text(differenceMinor),
  };
}

function breakRow({ aMinor, bMinor, ...item }: Break): BreakRow {
  const text = (minor: bigint) => amountText(minor, item.currency);
  return { ...item, a: text(aMinor), b: text(bMinor) };
}

/** Every member that counts minor units becomes money text under its name without the unit. */
function totalRow(total: SideTotal | PassTotal): TotalRow {
  const members = Object.entries(total).map(([name, value]): [string, string | number] => [
    name.replace(/Minor$/, ''),
    typeof value === 'bigint' ? amountText(value, total.currency) : (value as string | number),
  ]);
  return Object.fromEntries(members) as TotalRow;
}

/** Rows of a result file; its hash is in the ledger. */
export function* readResult(file: Uint8Array): Generator<ResultRow> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0x0a, at);
    const stop = end < 0 ? bytes.length : end;
    if (stop > at) yield JSON.parse(bytes.toString('utf8', at, stop)) as ResultRow;
    at = stop + 1;
  }
}

/** Minor units of an amount of a result file. Sums over many lines may have more digits than one amount may. */
export const minorOf = (amount: string): bigint => BigInt(amount.replace('.', ''));
