import { type Columns } from './columns';
import { type Definition, type MatchPass } from './definition.policy';
import { membersKey } from './decisions.policy';
import { GroupList } from './group-list';
import { ambiguityId } from './ids';
import { type Ambiguity, type AmbiguityReason, type GroupFacts } from './result';

/** Where a line stands while passes run. */
export const AVAILABLE = 0;
export const GROUPED = 1;
export const HELD = 2;

/** What a run has found so far. Only this class turns line numbers into results. */
export class Workings {
  readonly groups: GroupList;
  readonly suggestions: GroupList;
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
    this.groups = new GroupList(columns);
    this.suggestions = new GroupList(columns);
    this.state = new Uint8Array(columns.count);
    this.fields = new TwinFields(columns, definition.passes);
  }

  isRejected(lines: ArrayLike<number>): boolean {
    if (this.rejected.size === 0) return false;
    return this.rejected.has(membersKey(this.idsOf(lines)));
  }

  /** Confirms a group or suggests it, as the pass says. @param lines ascending */
  explain(pass: MatchPass, lines: readonly number[], interchangeable: boolean, facts?: GroupFacts) {
    if (pass.outcome === 'suggest') {
      this.suggestions.add(pass.id, lines, interchangeable, facts);
      return;
    }
    this.groups.add(pass.id, lines, interchangeable, facts);
    for (const line of lines) this.state[line] = GROUPED;
  }

  /** A group that a person made. @param lines ascending */
  pin(lines: readonly number[]): void {
    this.groups.add('person', lines, false);
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
}

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
    // The spread of an id is that of all its lines, and tells none of them from another.
    this.readsDays = passes.some(
      ({ days, sums }) => days !== undefined || (sums?.kind === 'bucket' && sums.sameDay),
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
