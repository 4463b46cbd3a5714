import { compareMoments } from '../duty-event.policy';
import { findingId, type Finding, type FindingStatus, type ScopeKind } from '../finding.policy';
import { type IdentityGap } from '../identity.policy';
import { type Rule } from '../rule-set.policy';
import { type Act } from '../standing.policy';

/** What a rule found about one person and scope. */
export interface Found {
  readonly rule: Rule;
  readonly person: string | null;
  readonly scope: string;
  readonly status: FindingStatus;
  readonly reasons: readonly string[];
  /** the acts that prove it */
  readonly acts: readonly Act[];
}

/** Rules of one type judge one kind of thing; of the pair rules only the static ones come here. */
const KIND: Readonly<Record<Rule['type'], ScopeKind>> = {
  pair: 'static',
  limit: 'object',
  quorum: 'object',
  delegation: 'object',
  'approval-effective': 'object',
  hierarchy: 'object',
  aggregate: 'payee',
  attribution: 'account',
  emergency: 'session',
};

/** The finding of a rule that has no two sides: each act is told as one of the right side. */
export function findingOf({ rule, person, scope, status, reasons, acts }: Found): Finding {
  const ordered = inOrder(acts);
  const exposure = ordered
    .map(({ event }) => event.amount)
    .findLast((amount) => amount !== undefined);
  return {
    id: findingId(rule.id, person, scope),
    rule: rule.id,
    severity: rule.severity,
    person,
    kind: KIND[rule.type],
    scope,
    status,
    reasons: [...new Set(reasons)].sort(),
    proofs: ordered.map(({ event }) => ({ event: event.id, side: 'right' as const })),
    gaps: reasons.includes('unresolved_actor') ? gapsOf(ordered) : [],
    ...(exposure === undefined ? {} : { exposure }),
  };
}

/** Each act once, in order of occurrence. */
export function inOrder(acts: readonly Act[]): Act[] {
  return [...new Set(acts)].sort((a, b) => compareMoments(a.event, b.event));
}

/** Whom to map before it can be decided, each once. */
export function gapsOf(acts: readonly Act[]): IdentityGap[] {
  const gaps = new Map<string, IdentityGap>();
  for (const { actors } of acts) {
    for (const gap of actors.gaps) gaps.set(`${gap.account} ${gap.reason}`, gap);
  }
  return [...gaps.keys()].sort().flatMap((key) => gaps.get(key) ?? []);
}

const RANK: Readonly<Record<FindingStatus, number>> = {
  violation: 0,
  inconclusive: 1,
  mitigated: 2,
  clear: 3,
};

/** One finding for each rule, person and scope: the worst status, with the reasons of that status and all acts. */
export function merged(found: readonly Found[]): Finding[] {
  const groups = new Map<string, Found>();
  for (const one of found) {
    const key = `${one.rule.id}\n${one.person ?? ''}\n${one.scope}`;
    const known = groups.get(key);
    groups.set(key, known === undefined ? one : worse(known, one));
  }
  return [...groups.values()].map(findingOf);
}

function worse(a: Found, b: Found): Found {
  const acts = [...a.acts, ...b.acts];
  if (a.status === b.status) return { ...a, reasons: [...a.reasons, ...b.reasons], acts };
  return { ...(RANK[a.status] < RANK[b.status] ? a : b), acts };
}
