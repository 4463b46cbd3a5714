import { appendEachCases } from './append-each.cases';
import { appendCases } from './append.cases';
import { conflictCases } from './conflict.cases';
import { corruptionCases } from './corruption.cases';
import { idempotencyCases } from './idempotency.cases';
import { limitCases } from './limit.cases';
import { readAllCases } from './read-all.cases';
import { readStreamCases } from './read-stream.cases';
import { restartCases } from './restart.cases';
import { type ContractCase, type Harness, type Stage } from './stage';
import { subscribeCases } from './subscribe.cases';

const GROUPS: Readonly<Record<string, readonly ContractCase[]>> = {
  append: appendCases,
  'append each': appendEachCases,
  conflict: conflictCases,
  idempotency: idempotencyCases,
  'read a stream': readStreamCases,
  'read all': readAllCases,
  subscribe: subscribeCases,
  restart: restartCases,
  limits: limitCases,
  corruption: corruptionCases,
};

/** What every adapter of the event store promises, as numbered cases. No case knows which adapter it runs on. */
export function eventStoreContract(name: string, harness: Harness): void {
  const staged = (c: ContractCase) => (c.needs ?? []).every((n) => harness.capabilities.has(n));

  describe(`${name} keeps the contract of the event store`, () => {
    let stage: Stage;
    beforeEach(async () => {
      stage = await harness.stage();
    });
    afterEach(() => stage.cleanup());

    for (const [group, cases] of Object.entries(GROUPS)) {
      const registered = cases.filter(staged);
      if (registered.length === 0) continue;
      describe(group, () => {
        for (const { no, title, timeoutMs, run } of registered) {
          it(`${no}. ${title}`, () => run(stage), timeoutMs);
        }
      });
    }
  });

  it(`${name} stages ${harness.cases} cases, each number once`, () => {
    const numbers = Object.values(GROUPS)
      .flat()
      .filter(staged)
      .map(({ no }) => no);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers).toHaveLength(harness.cases);
  });
}
