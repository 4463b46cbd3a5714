import fc from 'fast-check';
import { evaluate, verdictOf, type Facts } from '../../src/controls/evaluate.policy';
import { type DutyEvent } from '../../src/controls/duty-event.policy';
import { type Finding } from '../../src/controls/finding.policy';
import { EMPTY_REGISTERS, type Registers } from '../../src/controls/registers.policy';
import { DEFAULT_RULES } from '../../src/controls/rule-set.policy';
import { parseDecimal } from '../../src/kernel/decimal';
import { SOD_CASES } from '../support/sod-cases';

const told = (findings: readonly Finding[]) =>
  findings.map((f) => [f.id, f.rule, f.person, f.scope, f.status, f.reasons, f.proofs, f.gaps]);

const PERSONS = ['P1', 'P2', 'P3', 'P4'];
const DUTIES = [
  ...['VEND-BANK', 'REQ-CREATE', 'REQ-APPROVE', 'PO-CREATE', 'PO-APPROVE', 'PO-ISSUE', 'GR-POST'],
  ...['INV-ENTER', 'INV-APPROVE', 'PAY-PROPOSE', 'PAY-RELEASE', 'PAY-EXEC', 'JE-PREPARE'],
];

const randomEvent = fc.record({
  hour: fc.integer({ min: 0, max: 24 * 40 }),
  account: fc.constantFrom(...PERSONS, 'job', 'team', 'ghost'),
  behalf: fc.option(fc.constantFrom(...PERSONS), { freq: 4 }),
  duty: fc.constantFrom(...DUTIES),
  object: fc.integer({ min: 1, max: 4 }),
  chain: fc.integer({ min: 1, max: 3 }),
  vendor: fc.integer({ min: 1, max: 2 }),
  minor: fc.constantFrom(undefined, 500_000n, 900_000n, 6_000_000n),
  change: fc.boolean(),
});

type Random = typeof randomEvent extends fc.Arbitrary<infer T> ? T : never;

const dutyEvent = (random: Random, n: number): DutyEvent => ({
  id: `e${String(n).padStart(4, '0')}`,
  at: new Date(Date.UTC(2026, 2, 1) + random.hour * 3_600_000).toISOString(),
  duties: [random.duty],
  object: `${random.duty.slice(0, 3)}${random.object}`,
  entity: 'E-DE',
  account: random.account,
  ...(random.behalf === null ? {} : { onBehalfOf: random.behalf }),
  lineages: [`L${random.chain}`],
  refs: [`vendor:V${random.vendor}`],
  isChange: random.change,
  isMaterial: true,
  ...(random.minor === undefined ? {} : { amount: { minor: random.minor, currency: 'EUR' } }),
});

const registers: Registers = {
  ...EMPTY_REGISTERS,
  timeZoneOf: () => 'Europe/Berlin',
  limits: [
    { person: 'P1', duty: 'PO-APPROVE', limit: parseDecimal('6000') },
    { person: 'P2', duty: 'PO-APPROVE', limit: parseDecimal('100000') },
  ],
  delegations: [{ id: 'D', fromPerson: 'P2', toPerson: 'P3', duties: ['PO-APPROVE'] }],
  managerOf: (person) => (person === 'P3' ? 'P4' : undefined),
};

const factsOf = (
  events: readonly Random[],
  merges: Readonly<Record<string, string>> = {},
): Facts => ({
  events: events.map(dutyEvent),
  cancellations: [],
  identities: {
    periodsOf: (account) => {
      if (account === 'job') return [{ kind: 'service' }];
      if (account === 'team') return [{ kind: 'shared' }];
      return PERSONS.includes(account) ? [{ kind: 'human', person: account }] : [];
    },
    survivorOf: (person) => merges[person] ?? person,
  },
  registers,
});

const history = fc.array(randomEvent, { minLength: 2, maxLength: 25 });

describe('findings of segregation of duties', () => {
  it('do not depend on the order in which facts arrive, nor on repeats', () => {
    expect(SOD_CASES.length).toBe(40);
    for (const { facts } of SOD_CASES) {
      const once = told(evaluate(facts, DEFAULT_RULES));
      fc.assert(
        fc.property(
          fc.shuffledSubarray([...facts.events], { minLength: facts.events.length }),
          fc.shuffledSubarray([...facts.cancellations], { minLength: facts.cancellations.length }),
          fc.subarray([...facts.events]),
          (events, cancellations, again) => {
            const late = { ...facts, events: [...events, ...again], cancellations };
            expect(told(evaluate(late, DEFAULT_RULES))).toEqual(once);
          },
        ),
        { numRuns: 20 },
      );
    }
  });

  it('of random histories do not depend on it either', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat()), (random, order) => {
        const facts = factsOf(random);
        const keyed = facts.events.map((event) => [order.next().value ?? 0, event] as const);
        const events = keyed.sort((a, b) => a[0] - b[0]).map(([, event]) => event);
        expect(told(evaluate({ ...facts, events }, DEFAULT_RULES))).toEqual(
          told(evaluate(facts, DEFAULT_RULES)),
        );
      }),
    );
  });

  it('name persons and nothing else: other names change only names', () => {
    const rename = (id: string) => (PERSONS.includes(id) ? `X-${id}` : id);
    fc.assert(
      fc.property(history, (random) => {
        const facts = factsOf(random);
        const renamed: Facts = {
          ...facts,
          identities: {
            ...facts.identities,
            periodsOf: (account) =>
              facts.identities.periodsOf(account).map((period) => ({
                ...period,
                ...(period.person === undefined ? {} : { person: rename(period.person) }),
              })),
          },
          registers: {
            ...registers,
            limits: registers.limits.map((limit) => ({ ...limit, person: rename(limit.person) })),
            delegations: registers.delegations.map((delegation) => ({
              ...delegation,
              fromPerson: rename(delegation.fromPerson),
              toPerson: rename(delegation.toPerson),
            })),
            managerOf: (person) => (person === 'X-P3' ? 'X-P4' : undefined),
          },
        };
        const names = (findings: readonly Finding[], name: (id: string) => string) =>
          findings.map((f) => [f.rule, f.person && name(f.person), f.scope, f.status, f.reasons]);
        expect(names(evaluate(renamed, DEFAULT_RULES), (id) => id)).toEqual(
          names(evaluate(facts, DEFAULT_RULES), rename),
        );
      }),
    );
  });

  it('stay when something unrelated happens', () => {
    const unrelated: Random = {
      ...{ hour: 5, account: 'P1', behalf: null, duty: 'JE-PREPARE', object: 99, chain: 99 },
      ...{ vendor: 99, minor: undefined, change: false },
    };
    fc.assert(
      fc.property(history, (random) => {
        expect(told(evaluate(factsOf([...random, unrelated]), DEFAULT_RULES))).toEqual(
          told(evaluate(factsOf(random), DEFAULT_RULES)),
        );
      }),
    );
  });

  it('of pairs and quorums never go when two persons turn out to be one', () => {
    const broken = (facts: Facts) =>
      evaluate(facts, DEFAULT_RULES)
        .filter(({ status }) => status === 'violation')
        .filter(({ rule }) => ['pair', 'quorum'].includes(DEFAULT_RULES.rule(rule)!.type));
    fc.assert(
      fc.property(history, (random) => {
        const merged = { P1: 'P2' };
        const after = new Set(
          broken(factsOf(random, merged)).map((f) => `${f.rule} ${f.person} ${f.scope}`),
        );
        for (const { rule, person, scope } of broken(factsOf(random))) {
          const survivor = person === 'P1' ? 'P2' : person;
          expect(after).toContain(`${rule} ${survivor} ${scope}`);
        }
      }),
    );
  });

  it('are found at all in such histories', () => {
    const verdicts = new Set(
      fc
        .sample(history, { numRuns: 200, seed: 7 })
        .map((random) => verdictOf(evaluate(factsOf(random), DEFAULT_RULES))),
    );
    expect(verdicts).toContain('violation');
    expect(verdicts).toContain('inconclusive');
  });
});
