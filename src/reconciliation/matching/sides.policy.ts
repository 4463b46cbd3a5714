/** Sides of a definition; only a comparison of three has the third. */
export type SideName = 'A' | 'B' | 'C';

/** Finance objects of the ledger that are lines of a side. */
export interface LedgerObjects {
  /** money out is negative, money in positive, as on a statement; of other objects `out` turns the sign */
  readonly sign: 'out' | 'in';
  /** canonical states in which the object is a line */
  readonly states: readonly string[];
  /** only objects whose dimensions have these values */
  readonly where?: Readonly<Record<string, string>>;
}

/** What sides of every kind may say. */
export interface SideBasics {
  readonly name: string;
  /** only lines of this legal entity */
  readonly entity?: string;
  /** only lines of these accounts; of a subledger's control accounts without it: the accounts that side A names */
  readonly accounts?: readonly string[];
  /** days that the newest fact of the side may be before the cut-off; older, the run is stale */
  readonly freshnessDays?: number;
}

/** Objects of the ledger, or the lines of their documents. */
export interface LedgerSide extends SideBasics {
  readonly objects: Readonly<Record<string, LedgerObjects>>;
  readonly level?: 'header' | 'lines';
  /** what tells where a line belongs: the bank account (default), the dimension `account`, or the pair of entities */
  readonly account?: 'bank' | 'dimension' | 'entities';
}

/** Lines of imported files. */
export interface FileSide extends SideBasics {
  readonly status: 'booked' | 'posted';
  /** only files of these sources */
  readonly sources?: readonly string[];
  /** the balance that a statement states, instead of the sum of all lines */
  readonly balance?: 'closing';
  /** accounts of this side that the other side has under another name */
  readonly accountMap?: readonly { readonly account: string; readonly as: string }[];
}

/** Objects as one system last reported them. */
export interface StateSide extends SideBasics {
  readonly system: string;
  /** object types */
  readonly types: readonly string[];
  /** days that this side may be behind the other, counted from the word of the other */
  readonly lagDays?: number;
  /** fields that both sides must agree in, beside the state */
  readonly compare?: readonly ('amount' | 'version')[];
}

/** Budget positions: planned, committed and actual of a cost center, an account and a period. */
export interface BudgetSide extends SideBasics {
  readonly budget: 'planned' | 'committed' | 'actual';
}

export type SideDefinition = LedgerSide | FileSide | StateSide | BudgetSide;

export interface Sides {
  readonly A: SideDefinition;
  readonly B: SideDefinition;
  readonly C?: SideDefinition;
}

export const isLedgerSide = (side: SideDefinition): side is LedgerSide => 'objects' in side;
export const isFileSide = (side: SideDefinition): side is FileSide => 'status' in side;
export const isBudgetSide = (side: SideDefinition): side is BudgetSide => 'budget' in side;
export const isStateSide = (side: SideDefinition): side is StateSide => 'system' in side;

/** The sides of a definition in their order. */
export const sidesOf = ({ A, B, C }: Sides): readonly (readonly [SideName, SideDefinition])[] => [
  ['A', A],
  ['B', B],
  ...(C === undefined ? [] : [['C', C] as const]),
];

/** An object of the ledger as far as a side asks for it. */
export interface LedgerFacts {
  readonly object: string;
  /** number of the document's line; empty for the object itself */
  readonly line: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface Place {
  readonly side: SideName;
  /** what the stored amount is multiplied with */
  readonly factor: 1n | -1n;
}

/** Stored amounts of payments are negative, as on a statement; those of all others are as reported. */
export const factorOf = (object: string, { sign }: LedgerObjects): 1n | -1n =>
  (object === 'payment' ? 'out' : 'in') === sign ? 1n : -1n;

export const isMember = ({ where }: LedgerObjects, fields: LedgerFacts['fields']): boolean =>
  Object.entries(where ?? {}).every(([name, value]) => fields[name] === value);

/** Side and sign of a line of the ledger; of one that no side asks for, the first side of the ledger. */
export function placeOfLedgerLine(sides: Sides, { object, line, fields }: LedgerFacts): Place {
  let first: SideName | undefined;
  for (const [name, side] of sidesOf(sides)) {
    if (!isLedgerSide(side)) continue;
    first ??= name;
    const asked = Object.hasOwn(side.objects, object) ? side.objects[object] : undefined;
    if (asked === undefined || (side.level === 'lines') !== (line !== '')) continue;
    if (isMember(asked, fields)) return { side: name, factor: factorOf(object, asked) };
  }
  return { side: first ?? 'A', factor: 1n };
}

/** The side that files bring. */
export const sideOfFiles = (sides: Sides): SideName =>
  sidesOf(sides).find(([, side]) => isFileSide(side))?.[0] ?? 'B';
