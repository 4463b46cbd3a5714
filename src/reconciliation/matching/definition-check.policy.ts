import { TieoutError } from '../../kernel/errors';
import { minorDigits } from '../../kernel/money';
import { type Definition } from './definition.policy';
import { ledgerSource } from '../sources/ledger-source.policy';
import { KEY_KINDS, type MatchPass, type Tolerance } from './match-pass.policy';
import { isLedgerSide, type SideDefinition, sidesOf } from './sides.policy';

/** What is wrong with a definition, and where. */
export interface DefinitionFault {
  /** JSON Pointer into the definition */
  readonly pointer: string;
  readonly detail: string;
}

/** Beyond these a found sum is more likely chance than explanation. */
const CONFIRM_SUBSET = { poolMax: 20, sizeMax: 4, chancePpmMax: 10_000 } as const;
const SUGGEST_SUBSET = { poolMax: 30, sizeMax: 8, chancePpmMax: 1_000_000 } as const;
const PASSES_MAX = 32;
/** Kinds whose lines are matched by passes; the others compare by a key of their own. */
const MATCHED_KINDS: ReadonlySet<string> = new Set(['bank', 'subledger-gl', 'intercompany']);
const DAYS_MAX = 3_660;
const ID_FORM = /^[a-z0-9][a-z0-9-]{0,63}$/;
const MONEY_FORM = /^(?:0|[1-9][0-9]{0,12})(?:\.[0-9]{1,4})?$/;

/**
 * Why a definition cannot do what it is for: passes that can never match, and passes that would confirm coincidences.
 * None for a definition that may be used.
 */
export function definitionFaults({ kind, sides, passes }: Definition): DefinitionFault[] {
  const faults = sidesOf(sides).flatMap(([name, side]) => sideFaults(name, side));
  if (passes.length === 0 && MATCHED_KINDS.has(kind))
    faults.push({ pointer: '/passes', detail: 'is empty, so that nothing can ever match.' });
  if (passes.length > 0 && !MATCHED_KINDS.has(kind))
    faults.push({ pointer: '/passes', detail: `has no meaning for ${kind}: it is no matching.` });
  if (passes.length > PASSES_MAX)
    faults.push({ pointer: '/passes', detail: `has more than ${PASSES_MAX} passes.` });
  passes.forEach((pass, at) => {
    const found = [...passFaults(pass), ...orderFaults(pass, passes.slice(0, at))];
    faults.push(
      ...found.map(([member, detail]) => ({ pointer: `/passes/${at}${member}`, detail })),
    );
  });
  return faults;
}

function sideFaults(name: string, side: SideDefinition): DefinitionFault[] {
  if (!isLedgerSide(side)) return [];
  const objects = Object.entries(side.objects);
  const pointer = `/sides/${name}/objects`;
  const unknown = objects.filter(([object]) => ledgerSource(object) === undefined);
  if (unknown.length > 0) {
    const names = unknown.map(([object]) => object).join(', ');
    return [{ pointer, detail: `names ${names}, of which the ledger has no lines.` }];
  }
  return objects.every(([, { states }]) => states.length === 0)
    ? [{ pointer, detail: `names no object in any state, so that side ${name} never has a line.` }]
    : [];
}

/** @throws TieoutError `contract-violation` that names every fault */
export function checkDefinition(definition: Definition): Definition {
  const faults = definitionFaults(definition);
  const [first] = faults;
  if (first === undefined) return definition;
  throw new TieoutError(
    'contract-violation',
    `The definition ${definition.id}, version ${definition.version}, is refused: ${first.pointer} ${first.detail}`,
    {
      pointer: first.pointer,
      errors: faults.map((fault) => ({ ...fault, code: 'contract-violation' })),
    },
  );
}

type Fault = readonly [member: string, detail: string];

function passFaults(pass: MatchPass): Fault[] {
  return [
    ...formFaults(pass),
    ...shapeFaults(pass),
    ...toleranceFaults(pass),
    ...windowFaults(pass),
    ...subsetFaults(pass),
  ];
}

function* formFaults({ id, key, counterparty, outcome }: MatchPass): Generator<Fault> {
  if (!ID_FORM.test(id) || id === 'person')
    yield ['/id', 'is lower-case letters, digits and hyphens, and not "person".'];
  if (key !== 'none' && !KEY_KINDS.includes(key))
    yield ['/key', `is one of ${KEY_KINDS.join(', ')} or none.`];
  if (key === 'none' && counterparty !== 'equal' && outcome === 'confirm')
    yield [
      '/outcome',
      'is confirm, but the pass compares neither a reference nor a counterparty: equal amounts are a coincidence.',
    ];
}

function* shapeFaults({ shape, key, amount, sums, uniqueness }: MatchPass): Generator<Fault> {
  const isSum = shape === '1:N' || shape === 'N:1';
  if (isSum && sums === undefined)
    yield ['/sums', `is missing: ${shape} needs to know which lines add up.`];
  if (!isSum && sums !== undefined) yield ['/sums', `has no meaning for ${shape}.`];
  if (isSum || shape === 'N:M' ? amount !== 'sum' : amount === 'sum')
    yield ['/amount', `cannot be ${amount} for ${shape}.`];
  if (shape === 'N:M' && key === 'none')
    yield ['/key', 'is none, but many lines to many belong together only by an id that all carry.'];
  if (shape === 'contra' && amount !== 'equal')
    yield ['/amount', 'is not equal, but a reversal has the amount of what it reverses.'];
  if ((shape === 'N:M') !== (uniqueness === 'group-equal'))
    yield ['/uniqueness', `cannot be ${uniqueness} for ${shape}.`];
}

function* toleranceFaults({ amount, shape, tolerance }: MatchPass): Generator<Fault> {
  if (tolerance === undefined) {
    if (amount === 'within') yield ['/tolerance', 'is missing: within what?'];
    return;
  }
  if (amount === 'equal' || shape === '1:N' || shape === 'N:1')
    yield ['/tolerance', 'has no meaning here: these amounts must agree exactly.'];
  yield* limitFaults(tolerance);
}

function* limitFaults({ absolute, basisPoints, base, both }: Tolerance): Generator<Fault> {
  for (const [currency, limit] of Object.entries(absolute ?? {})) {
    const digits = minorDigits(currency);
    if (digits === undefined)
      yield [`/tolerance/absolute/${currency}`, 'is not a currency of ISO 4217.'];
    else if (!MONEY_FORM.test(limit) || (limit.split('.')[1] ?? '').length !== digits)
      yield [`/tolerance/absolute/${currency}`, `is an amount with ${digits} decimals.`];
  }
  if (basisPoints !== undefined && !(Number.isInteger(basisPoints) && basisPoints >= 0))
    yield ['/tolerance/basisPoints', 'is a whole number, 0 or more.'];
  if (basisPoints !== undefined && basisPoints >= 10_000)
    yield ['/tolerance/basisPoints', 'is 100% or more: any two amounts would agree.'];
  if ((basisPoints === undefined) !== (base === undefined))
    yield ['/tolerance/base', 'goes with basisPoints: a share of what?'];
  if (absolute !== undefined && basisPoints !== undefined && both === undefined)
    yield ['/tolerance/both', 'is missing: with two limits, LESSER or GREATER holds.'];
}

function* windowFaults({ days, shape, spreadDaysMax }: MatchPass): Generator<Fault> {
  if (days !== undefined) {
    const { from, to } = days;
    if (![from, to].every(Number.isInteger) || Math.max(Math.abs(from), Math.abs(to)) > DAYS_MAX)
      yield ['/days', `counts whole days, at most ${DAYS_MAX}.`];
    else if (from > to)
      yield ['/days', `is empty: no day is from ${from} to ${to}, so that nothing can ever match.`];
    else if (shape === 'contra' && from !== 0)
      yield ['/days/from', 'is 0 for contra: the days between its two lines.'];
    if (shape === 'N:M') yield ['/days', 'has no meaning for N:M; use spreadDaysMax.'];
  }
  if (spreadDaysMax === undefined) return;
  if (shape !== 'N:M') yield ['/spreadDaysMax', `has no meaning for ${shape}.`];
  if (!(Number.isInteger(spreadDaysMax) && spreadDaysMax >= 0))
    yield ['/spreadDaysMax', 'counts whole days, 0 or more.'];
}

function* subsetFaults({ sums, counterparty, key, outcome }: MatchPass): Generator<Fault> {
  if (sums?.kind !== 'subset') return;
  const { poolMax, sizeMax, chancePpmMax } = sums;
  const bounds = outcome === 'confirm' ? CONFIRM_SUBSET : SUGGEST_SUBSET;
  if (counterparty !== 'equal' && key === 'none')
    yield ['/counterparty', 'is any: a sum of unrelated lines is a coincidence.'];
  if (sizeMax < 2) yield ['/sums/sizeMax', 'is below 2, so that no sum can ever match.'];
  if (poolMax < 2) yield ['/sums/poolMax', 'is below 2, so that no sum can ever match.'];
  if (![poolMax, sizeMax, chancePpmMax].every((n) => Number.isInteger(n) && n >= 0))
    yield ['/sums', 'has whole numbers as bounds.'];
  if (poolMax > bounds.poolMax)
    yield ['/sums/poolMax', `is over ${bounds.poolMax}, the most for ${outcome}.`];
  if (sizeMax > bounds.sizeMax)
    yield ['/sums/sizeMax', `is over ${bounds.sizeMax}, the most for ${outcome}.`];
  if (chancePpmMax > bounds.chancePpmMax)
    yield ['/sums/chancePpmMax', `is over ${bounds.chancePpmMax}, the most for ${outcome}.`];
}

/** A pass after one that takes or holds all its lines can never match. */
function* orderFaults(pass: MatchPass, before: readonly MatchPass[]): Generator<Fault> {
  if (before.some(({ id }) => id === pass.id)) yield ['/id', 'is the id of a pass before it.'];
  const wider = before.find((other) => covers(other, pass));
  if (wider !== undefined)
    yield [
      '',
      `can never match: pass ${wider.id} before it confirms or holds all that it could join.`,
    ];
}

/** Every edge of a `1:1` pass is one of the pass before it too, which keeps what it does not confirm. */
function covers(wide: MatchPass, narrow: MatchPass): boolean {
  return (
    wide.shape === narrow.shape &&
    (wide.shape === '1:1' || wide.shape === 'contra') &&
    wide.outcome === 'confirm' &&
    wide.ambiguous === 'hold' &&
    narrow.outcome === 'confirm' &&
    wide.account === narrow.account &&
    (wide.key === narrow.key || wide.key === 'none') &&
    (wide.counterparty !== 'equal' || narrow.counterparty === 'equal') &&
    (narrow.amount === 'equal' ||
      JSON.stringify(wide.tolerance) === JSON.stringify(narrow.tolerance)) &&
    windowCovers(wide, narrow)
  );
}

function windowCovers({ days: wide }: MatchPass, { days: narrow }: MatchPass): boolean {
  if (wide === undefined) return true;
  return narrow !== undefined && wide.from <= narrow.from && wide.to >= narrow.to;
}
