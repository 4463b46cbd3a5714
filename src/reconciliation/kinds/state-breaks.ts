import { parseMoney } from '../../kernel/money';
import { type Break, type BreakType, type FailedPredicate } from '../matching/result';
import { NO_CURRENCY, subjectBreak } from './comparison';
import { rankAgainst } from './state-order';
import { isRecent, type StateInput, type StateRules } from './state-input';

/** A key that is on one side only. */
export function missingBreak(
  rules: StateRules,
  a: StateInput | undefined,
  b: StateInput | undefined,
): Break {
  const failed = [{ predicate: 'state' as const, a: a?.state ?? '', b: b?.state ?? '' }];
  return made(rules, { type: a === undefined ? 'UNMATCHED_B' : 'UNMATCHED_A', a, b, failed });
}

/** Two objects of one system under one key. */
export function duplicateBreak(rules: StateRules, inputs: readonly StateInput[]): Break {
  const [first, second] = inputs;
  const failed = [
    { predicate: 'document' as const, a: first?.objectId ?? '', b: second?.objectId ?? '' },
  ];
  return made(rules, { type: 'DUPLICATE', a: first, b: undefined, failed });
}

/** What two systems' words about one object come to. */
export function stateBreak(
  rules: StateRules,
  a: StateInput,
  b: StateInput,
): Break | 'in sync' | 'lagging' {
  const fields = fieldFailures(rules, a, b);
  const order = rules.orders[a.type];
  const rank = rankAgainst(order, b.state, a.state);
  if (rank === 'same' && fields.length === 0) return 'in sync';
  const failed =
    rank === 'same' ? fields : [{ predicate: 'state', a: a.state, b: b.state } as const, ...fields];
  if (rank === 'same') {
    if (isRecent(rules, a)) return 'lagging';
    return made(rules, { type: typeOfFields(fields), a, b, failed });
  }
  // A target that spoke last and is behind has gone back.
  const hasGoneBack = rank === 'behind' && b.at > a.at;
  if (rank === 'behind' && !hasGoneBack) {
    if (isRecent(rules, a)) return 'lagging';
    return made(rules, { type: 'STALE_TARGET', a, b, failed });
  }
  if (rank === 'apart' && isRecent(rules, a) && b.at <= a.at) return 'lagging';
  return made(rules, { type: 'STATE_MISMATCH', a, b, failed });
}

function typeOfFields([first]: readonly FailedPredicate[]): BreakType {
  if (first?.predicate === 'version') return 'STALE_TARGET';
  return first?.predicate === 'currency' ? 'CURRENCY_MISMATCH' : 'AMOUNT_DIFFERENCE';
}

function fieldFailures(
  { compare }: StateRules,
  a: StateInput,
  b: StateInput,
): readonly FailedPredicate[] {
  const failed: FailedPredicate[] = [];
  if (compare.includes('amount') && a.amount !== undefined && b.amount !== undefined) {
    if (a.amount.currency !== b.amount.currency)
      failed.push({ predicate: 'currency', a: a.amount.currency, b: b.amount.currency });
    else if (a.amount.amount !== b.amount.amount)
      failed.push({ predicate: 'amount', a: a.amount.amount, b: b.amount.amount });
  }
  if (compare.includes('version') && (a.version ?? '') !== (b.version ?? ''))
    failed.push({ predicate: 'version', a: a.version ?? '', b: b.version ?? '' });
  return failed;
}

interface Found {
  readonly type: BreakType;
  readonly a: StateInput | undefined;
  readonly b: StateInput | undefined;
  readonly failed: readonly FailedPredicate[];
}

function made({ definition }: StateRules, { type, a, b, failed }: Found): Break {
  const one = (a ?? b) as StateInput;
  const currency = a?.amount?.currency ?? b?.amount?.currency ?? NO_CURRENCY;
  const minor = (input: StateInput | undefined) =>
    input?.amount === undefined || input.amount.currency !== currency
      ? 0n
      : parseMoney(input.amount).minor;
  return {
    ...subjectBreak({
      definition,
      type,
      check: type === 'DUPLICATE' ? 'duplicate' : 'state',
      subject: { entity: one.entity, object: one.type, id: one.objectId },
      currency,
      bookDate: one.at,
      failed,
      aMinor: minor(a),
      bMinor: minor(b),
    }),
    countA: a === undefined ? 0 : 1,
    countB: b === undefined ? 0 : 1,
  };
}
