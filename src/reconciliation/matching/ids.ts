import { canonicalJson } from '../../kernel/canonical-json';
import { hex, sha256 } from '../../kernel/hash';
import { type Json } from '../../kernel/json';
import { type Member } from './result';

/** Id of a derived object: SHA-256 over RFC 8785 JSON that starts with a type tag, lower-case hex. */
export function derivedId(tag: string, ...content: readonly Json[]): string {
  return hex(sha256(Buffer.from(canonicalJson([tag, ...content]))));
}

/** @param members in order of line id */
export const groupId = (pass: string, members: readonly Member[]): string =>
  derivedId(
    'group',
    pass,
    members.map(({ line, allocatedMinor }) => [line, allocatedMinor.toString()]),
  );

/** The same through re-runs and periods, whatever else is in them. @param lines in order of id */
export const breakId = (definition: string, lines: readonly string[]): string =>
  derivedId('break', definition, lines);

/** @param lines in order of id */
export const ambiguityId = (pass: string, lines: readonly string[]): string =>
  derivedId('ambiguity', pass, lines);
