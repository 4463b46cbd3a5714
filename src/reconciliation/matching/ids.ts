import { canonicalJson, quoted } from '../../kernel/canonical-json';
import { sha256Hex } from '../../kernel/hash';
import { type Json } from '../../kernel/json';
import { type Columns } from './columns';
import { type Member } from './result';

/** Id of a derived object: SHA-256 over RFC 8785 JSON that starts with a type tag, lower-case hex. */
export function derivedId(tag: string, ...content: readonly Json[]): string {
  return sha256Hex(canonicalJson([tag, ...content]));
}

/** @param members in order of line id */
export const groupId = (pass: string, members: readonly Member[]): string =>
  derivedId(
    'group',
    pass,
    members.map(({ line, allocatedMinor }) => [line, allocatedMinor.toString()]),
  );

/** The same for `lines[from]` to `lines[to - 1]` of columns, ascending, each with its whole amount. */
export function groupIdOfLines(
  pass: string,
  { ids, amount }: Pick<Columns, 'ids' | 'amount'>,
  { lines, from, to }: LineRange,
): string {
  // As `derivedId` would write it: an id a group, a million times a run.
  let text = `["group",${quoted(pass)},[`;
  for (let i = from; i < to; i += 1) {
    const line = lines[i] as number;
    text += `${i === from ? '["' : ',["'}${ids[line] as string}","${amount[line] as bigint}"]`;
  }
  return sha256Hex(`${text}]]`);
}

/** Some of an array of line numbers, without a view of it being made. */
export interface LineRange {
  readonly lines: Uint32Array;
  readonly from: number;
  readonly to: number;
}

/** The same through re-runs and periods, whatever else is in them. @param lines in order of id */
export const breakId = (definition: string, lines: readonly string[]): string =>
  derivedId('break', definition, lines);

/** Of a break that is one of several on the same lines, or has none: by what it is about and what was checked. */
export const subjectBreakId = (
  definition: string,
  subject: Readonly<Record<string, string>>,
  check: string,
): string => derivedId('break', definition, { ...subject }, check);

/** @param lines in order of id */
export const ambiguityId = (pass: string, lines: readonly string[]): string =>
  derivedId('ambiguity', pass, lines);
