import {
  type Definition,
  type MatchPass,
  type SubsetSum,
} from '../../src/reconciliation/matching/definition.policy';
import { bank } from './match-lines';

const pair: MatchPass = {
  id: 'exact',
  name: 'end-to-end id and amount',
  shape: '1:1',
  account: 'same',
  key: 'endToEnd',
  amount: 'equal',
  uniqueness: 'mutual',
  outcome: 'confirm',
  ambiguous: 'hold',
};
const subset: SubsetSum = { kind: 'subset', poolMax: 10, sizeMax: 4, chancePpmMax: 1e15 };

/** One pass of each kind and variant. */
export const passes: readonly MatchPass[] = [
  pair,
  { ...pair, id: 'document', key: 'document' },
  { ...pair, id: 'window', days: { from: 0, to: 3 } },
  { ...pair, id: 'any-account', account: 'not-named-by-A', key: 'document' },
  {
    ...pair,
    id: 'cents',
    amount: 'within',
    tolerance: { absolute: { EUR: '0.01', JPY: '1' } },
    days: { from: -1, to: 3 },
  },
  {
    ...pair,
    id: 'share',
    key: 'document',
    amount: 'within',
    tolerance: { basisPoints: 2_500, base: 'A', absolute: { EUR: '0.01' }, both: 'GREATER' },
  },
  { ...pair, id: 'party', key: 'none', counterparty: 'equal', days: { from: 0, to: 1 } },
  { ...pair, id: 'party-any-day', key: 'none', counterparty: 'equal' },
  { ...pair, id: 'carried', shape: 'N:M', key: 'batch', amount: 'sum', uniqueness: 'group-equal' },
  {
    ...pair,
    id: 'carried-close',
    shape: 'N:M',
    key: 'batch',
    amount: 'sum',
    tolerance: { absolute: { EUR: '0.02' } },
    uniqueness: 'group-equal',
    spreadDaysMax: 2,
  },
  {
    ...pair,
    id: 'bucket',
    shape: 'N:1',
    key: 'batch',
    amount: 'sum',
    sums: { kind: 'bucket', sameDay: false },
  },
  {
    ...pair,
    id: 'bucket-of-day',
    shape: '1:N',
    key: 'none',
    counterparty: 'equal',
    amount: 'sum',
    days: { from: 0, to: 3 },
    sums: { kind: 'bucket', sameDay: true },
  },
  {
    ...pair,
    id: 'subset',
    shape: '1:N',
    key: 'none',
    counterparty: 'equal',
    amount: 'sum',
    sums: subset,
  },
  {
    ...pair,
    id: 'subset-of-days',
    shape: 'N:1',
    key: 'none',
    counterparty: 'equal',
    amount: 'sum',
    days: { from: 0, to: 3 },
    sums: subset,
  },
  { ...pair, id: 'reversal', shape: 'contra', key: 'document' },
  { ...pair, id: 'reversal-soon', shape: 'contra', key: 'endToEnd', days: { from: 0, to: 1 } },
];

export const withPasses = (own: readonly MatchPass[]): Definition => ({ ...bank, passes: own });

/** The definition that looks from the other side. */
export const mirrored = (of: Definition): Definition => withPasses(of.passes.map(mirror));

function mirror(pass: MatchPass): MatchPass {
  const { shape, days, tolerance } = pass;
  const base = tolerance?.base;
  return {
    ...pass,
    shape: shape === '1:N' ? 'N:1' : shape === 'N:1' ? '1:N' : shape,
    ...(days === undefined || shape === 'contra'
      ? {}
      : { days: { from: -days.to, to: -days.from } }),
    ...(base === undefined
      ? {}
      : { tolerance: { ...tolerance, base: base === 'A' ? 'B' : base === 'B' ? 'A' : base } }),
  };
}

/** A definition as a treasury would write it: carried ids, references, reversals, cents, counterparties, sums, hints. */
export const treasury: Definition = withPasses([
  { ...named('carried'), spreadDaysMax: 10 },
  { ...pair, id: 'end-to-end', days: { from: -1, to: 5 } },
  { ...pair, id: 'document', key: 'document', days: { from: -1, to: 5 } },
  { ...named('reversal'), days: { from: 0, to: 10 } },
  {
    ...pair,
    id: 'cents',
    amount: 'within',
    tolerance: {
      absolute: { USD: '0.05', EUR: '0.05', GBP: '0.05', JPY: '5', KWD: '0.005' },
    },
    days: { from: -1, to: 5 },
  },
  { ...pair, id: 'party', key: 'none', counterparty: 'equal', days: { from: 0, to: 3 } },
  {
    ...named('bucket-of-day'),
    id: 'day-sum',
    shape: 'N:1',
    days: { from: 0, to: 3 },
  },
  {
    ...named('bucket-of-day'),
    id: 'all-of-party',
    days: { from: 0, to: 10 },
    sums: { kind: 'bucket', sameDay: false },
  },
  ...(['N:1', '1:N'] as const).map((shape): MatchPass => ({
    ...named('subset'),
    id: shape === 'N:1' ? 'some-of-ours' : 'some-of-theirs',
    shape,
    days: { from: 0, to: 10 },
    sums: { kind: 'subset', poolMax: 20, sizeMax: 4, chancePpmMax: 10_000 },
  })),
  { ...pair, id: 'hint', key: 'none', days: { from: 0, to: 3 }, outcome: 'suggest' },
]);

function named(id: string): MatchPass {
  const found = passes.find((pass) => pass.id === id);
  if (found === undefined) throw new Error(`no pass ${id}`);
  return found;
}
