import { type Columns } from './columns';
import { type Definition, type MatchPass } from './definition.policy';
import { membersKey } from './decisions.policy';
import { ambiguityId, groupId } from './ids';
import {
  type Ambiguity,
  type AmbiguityReason,
  type GroupFacts,
  type MatchGroup,
  type Member,
} from './result';
import { byText } from './reference.policy';

/** Where a line stands while passes run. */
export const AVAILABLE = 0;
export const GROUPED = 1;
export const HELD = 2;

/** What a run has found so far. Only this class turns line numbers into results. */
export class Workings {
  readonly groups: MatchGroup[] = [];
  readonly suggestions: MatchGroup[] = [];
  readonly ambiguities: Ambiguity[] = [];
  /** line numbers of `ambiguities`, in their order */
  readonly ambiguous: Uint32Array[] = [];
  readonly state: Uint8Array;
  readonly fields: TwinFields;
  private readonly left: { readonly pass: string; readonly found: FoundAmbiguity }[] = [];

  constructor(
    readonly columns: Columns,
    definition: Definition,
    private readonly rejected: ReadonlySet<string>,
  ) {
    this.state = new Uint8Array(columns.count);
    this.fields = new TwinFields(columns, definition.passes);
  }

  isRejected(lines: ArrayLike<number>): boolean {
    if (this.rejected.size === 0) return false;
    return this.rejected.has(membersKey(this.idsOf(lines)));
  }

  /** Confirms a group or suggests it, as the pass says. @param lines ascending */
  explain(pass: MatchPass, lines: readonly number[], interchangeable: boolean, facts?: GroupFacts) {
    const group = this.groupOf(pass.id, lines, interchangeable, facts);
    if (pass.outcome === 'suggest') {
      this.suggestions.push(group);
      return;
    }
    this.groups.push(group);
    for (const line of lines) this.state[line] = GROUPED;
  }

  /** A group that a person made. @param lines ascending */
  pin(lines: readonly number[]): void {
    this.groups.push(this.groupOf('person', lines, false));
    for (const line of lines) this.state[line] = GROUPED;
  }

  /** Reports lines with more than one explanation, at once or when no later pass has settled them. */
  ambiguity(pass: MatchPass, found: FoundAmbiguity): void {
    if (pass.outcome === 'suggest') return;
    if (pass.ambiguous === 'pass-on') this.left.push({ pass: pass.id, found });
    else this.report(pass.id, found);
  }

  /** Ambiguities that were passed on and that no pass has settled. */
  reportWhatIsLeft(): void {
    for (const { pass, found } of this.left) {
      const lines = [...found.a, ...found.b];
      if (lines.every((line) => this.state[line] === AVAILABLE)) this.report(pass, found);
    }
  }

  private report(pass: string, { reason, a, b, pairs }: FoundAmbiguity): void {
    const lines = Uint32Array.from([...a, ...b]).sort();
    const ids = this.idsOf(lines);
    for (const line of lines) this.state[line] = HELD;
    this.ambiguous.push(lines);
    this.ambiguities.push({
      kind: 'ambiguity',
      id: ambiguityId(pass, ids),
      pass,
      reason,
      currency: this.currencyOf(lines[0]),
      lines: ids,
      countA: a.length,
      countB: b.length,
      ...(pairs === undefined ? {} : { candidates: pairs }),
    });
  }

  private idsOf(lines: ArrayLike<number>): string[] {
    return Array.from(lines, (line) => this.columns.ids[line] as string);
  }

  private currencyOf(line: number | undefined): string {
    const { currency, currencies } = this.columns;
    return line === undefined ? '' : (currencies[currency[line] as number] ?? '');
  }

  private groupOf(
    pass: string,
    lines: readonly number[],
    interchangeable: boolean,
    facts?: GroupFacts,
  ): MatchGroup {
    const { ids, side, amount, day, dates } = this.columns;
    const members: Member[] = [];
    let difference = 0n;
    let last = -Infinity;
    for (const line of lines) {
      const allocatedMinor = amount[line] as bigint;
      const isA = side[line] === 0;
      difference += isA ? allocatedMinor : -allocatedMinor;
      last = Math.max(last, day[line] as number);
      members.push({ line: ids[line] as string, side: isA ? 'A' : 'B', allocatedMinor });
    }
    return {
      kind: 'group',
      id: groupId(pass, members),
      pass,
      currency: this.currencyOf(lines[0]),
      members,
      differenceMinor: difference,
      clearingDate: dates.get(last) ?? '',
      keys: this.sharedKeys(lines),
      interchangeable,
      ...(facts === undefined ? {} : { facts }),
    };
  }

  /** Keys that some line of each side carries, or both lines of a reversal. */
  private sharedKeys(lines: readonly number[]): readonly string[] {
    const { keyTexts, side, keys } = this.columns;
    const a: number[] = [];
    const b: number[] = [];
    // A reversal and its line are on one side.
    const isContra = lines.every((line) => side[line] === side[lines[0] as number]);
    for (const { starts, values } of Object.values(keys)) {
      for (const line of lines) {
        const into = (isContra ? line === lines[0] : side[line] === 0) ? a : b;
        for (let at = starts[line] as number; at < (starts[line + 1] as number); at += 1)
          into.push(values[at] as number);
      }
    }
    if (a.length * b.length > 64) return shared(new Set(a), new Set(b), keyTexts);
    const both: string[] = [];
    for (let i = 0; i < a.length; i += 1) {
      const key = a[i] as number;
      if (a.indexOf(key) === i && b.includes(key)) both.push(keyTexts[key] as string);
    }
    return both.length > 1 ? both.sort(byText) : both;
  }
}

const shared = (a: ReadonlySet<number>, b: ReadonlySet<number>, texts: readonly string[]) =>
  [...a]
    .filter((key) => b.has(key))
    .map((key) => texts[key] as string)
    .sort(byText);

/** Lines that have more than one explanation in a pass. */
export interface FoundAmbiguity {
  readonly reason: AmbiguityReason;
  readonly a: ArrayLike<number> & Iterable<number>;
  readonly b: ArrayLike<number> & Iterable<number>;
  /** pairs that the pass would join, if they are few */
  readonly pairs?: readonly (readonly [a: string, b: string])[];
}

/** Twins are identical in every field that any pass reads. */
export class TwinFields {
  private readonly readsDays: boolean;
  private readonly readsParties: boolean;

  constructor(
    private readonly columns: Columns,
    passes: readonly MatchPass[],
  ) {
    this.readsDays = passes.some(
      ({ days, spreadDaysMax, sums }) =>
        days !== undefined ||
        spreadDaysMax !== undefined ||
        (sums?.kind === 'bucket' && sums.sameDay),
    );
    this.readsParties = passes.some(({ counterparty }) => counterparty === 'equal');
  }

  areTwins(lines: ArrayLike<number>): boolean {
    for (let i = 1; i < lines.length; i += 1)
      if (!this.same(lines[0] as number, lines[i] as number)) return false;
    return true;
  }

  same(x: number, y: number): boolean {
    const { currency, account, amount, day, counterparty, keys } = this.columns;
    if (currency[x] !== currency[y] || account[x] !== account[y] || amount[x] !== amount[y])
      return false;
    if (this.readsDays && day[x] !== day[y]) return false;
    if (this.readsParties && counterparty[x] !== counterparty[y]) return false;
    return Object.values(keys).every(({ starts, values }) => {
      const [from, other] = [starts[x] as number, starts[y] as number];
      const length = (starts[x + 1] as number) - from;
      if ((starts[y + 1] as number) - other !== length) return false;
      for (let i = 0; i < length; i += 1) if (values[from + i] !== values[other + i]) return false;
      return true;
    });
  }
}
