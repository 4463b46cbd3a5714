import { canonicalJson, quoted } from '../../kernel/canonical-json';
import { formatMinor } from '../../kernel/money';
import { type Columns, type KeyColumn } from './columns';
import { type LineRange } from './ids';
import { byText } from './reference.policy';
import { type GroupFacts } from './result';

/** What a group says of itself beside its lines. */
export interface GroupHead {
  readonly kind: 'group' | 'suggestion';
  readonly id: string;
  readonly pass: string;
  readonly interchangeable: boolean;
  readonly facts?: GroupFacts;
}

/** As `canonicalJson` would write the row, without an object in between: most lines of a result file are groups. */
export function groupText(columns: Columns, range: LineRange, head: GroupHead): string {
  const { ids, side, amount, day, dates, currency, currencies } = columns;
  const { lines, from, to } = range;
  const money = currencies[currency[lines[from] as number] as number] as string;
  let [difference, last, latest] = [0n, amount[lines[from] as number] as bigint, -Infinity];
  let allocated = formatMinor(last, money);
  let members = '';
  for (let i = from; i < to; i += 1) {
    const line = lines[i] as number;
    const minor = amount[line] as bigint;
    const isA = side[line] === 0;
    difference += isA ? minor : -minor;
    latest = Math.max(latest, day[line] as number);
    if (minor !== last) {
      last = minor;
      allocated = formatMinor(last, money);
    }
    members += `${i === from ? '' : ','}{"allocated":"${allocated}","line":"${ids[line] as string}","side":"${isA ? 'A' : 'B'}"}`;
  }
  const { kind, id, pass, interchangeable, facts } = head;
  const keys = sharedKeys(columns, range);
  return (
    `{"clearingDate":"${dates.get(latest) ?? ''}","currency":"${money}"` +
    `,"difference":"${formatMinor(difference, money)}"` +
    (facts === undefined ? '' : `,"facts":${canonicalJson({ ...facts })}`) +
    `,"id":"${id}","interchangeable":${interchangeable}` +
    `,"keys":[${keys.length === 1 ? quoted(keys[0] as string) : keys.map(quoted).join(',')}]` +
    `,"kind":"${kind}","members":[${members}],"pass":${quoted(pass)}}\n`
  );
}

/** Keys that some line of each side carries, or both lines of a reversal. */
export function sharedKeys(
  { keyTexts, side, keys }: Columns,
  { lines, from, to }: LineRange,
): readonly string[] {
  const first = side[lines[from] as number];
  // A reversal and its line are on one side.
  let isContra = true;
  for (let i = from + 1; i < to; i += 1) if (side[lines[i] as number] !== first) isContra = false;
  const a: number[] = [];
  const b: number[] = [];
  for (let i = from; i < to; i += 1) {
    const line = lines[i] as number;
    const into = (isContra ? i === from : side[line] === 0) ? a : b;
    addKeys(keys.endToEnd, line, into);
    addKeys(keys.document, line, into);
    addKeys(keys.batch, line, into);
  }
  const others = b.length > 8 ? new Set(b) : undefined;
  const both: number[] = [];
  for (const key of a)
    if ((others === undefined ? b.includes(key) : others.has(key)) && !both.includes(key))
      both.push(key);
  const texts = both.map((key) => keyTexts[key] as string);
  return texts.length > 1 ? texts.sort(byText) : texts;
}

function addKeys({ starts, values }: KeyColumn, line: number, into: number[]): void {
  const end = starts[line + 1] as number;
  for (let at = starts[line] as number; at < end; at += 1) into.push(values[at] as number);
}
