import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Entry } from '../../src/kernel/entry';
import { ErasureParts } from '../support/erasure-parts';

type Step =
  | { readonly do: 'record'; readonly who: number }
  | { readonly do: 'erase-subject'; readonly who: number }
  | { readonly do: 'erase-event'; readonly which: number }
  | { readonly do: 'erase-value'; readonly which: number }
  | { readonly do: 'hold'; readonly who: number }
  | { readonly do: 'release' }
  | { readonly do: 'restart' };

const who = fc.integer({ min: 0, max: 2 });
const which = fc.nat(9);
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('record' as const), who }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('erase-subject' as const), who }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('erase-event' as const), which }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('erase-value' as const), which }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('hold' as const), who }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  ),
  { minLength: 1, maxLength: 14 },
);

/** What must open: written from the rules, not from the code. */
class Model {
  readonly values = new Map<string, { readonly subject: string }>();
  readonly held = new Map<string, string>();

  add({ id, actor }: Entry): void {
    this.values.set(`${id} /data/reason`, { subject: actor.id });
    this.values.set(`${id} /data/personal/payeeIban`, { subject: id });
  }

  eraseSubject(subject: string): void {
    if ([...this.held.values()].includes(subject)) return;
    for (const [key, value] of this.values) if (value.subject === subject) this.values.delete(key);
  }

  eraseValue(key: string): void {
    const subject = this.values.get(key)?.subject;
    if (subject === undefined || [...this.held.values()].includes(subject)) return;
    this.values.delete(key);
  }
}

async function play(folder: string, played: readonly Step[]): Promise<void> {
  let parts = await ErasureParts.open(folder);
  const model = new Model();
  const entries: Entry[] = [];
  const subjectOf = (n: number) => parts.privacy.pseudonyms.knownAs('erp-de', `employee-${n}`);
  const erase = async (wish: Parameters<ErasureParts['ask']>[0]) => {
    await parts.approve(await parts.ask(wish));
  };
  for (const step of played) {
    if (step.do === 'record') {
      const entry = await parts.record(`INV-${entries.length}`, `employee-${step.who}`);
      entries.push(entry);
      model.add(entry);
    } else if (step.do === 'erase-subject') {
      const subject = subjectOf(step.who);
      if (subject === undefined) continue;
      await erase({ subject });
      model.eraseSubject(subject);
    } else if (step.do === 'erase-event' || step.do === 'erase-value') {
      const entry = entries[step.which % Math.max(1, entries.length)];
      if (entry === undefined) continue;
      const path = '/data/personal/payeeIban';
      const key = `${entry.id} ${path}`;
      if (!model.values.has(key)) continue;
      if (step.do === 'erase-event') await erase({ subject: entry.id });
      else await erase({ values: [{ event: entry.id, path }] });
      model.eraseValue(key);
    } else if (step.do === 'hold') {
      const subject = subjectOf(step.who);
      if (subject === undefined) continue;
      model.held.set(await parts.hold({ kind: 'subject', subject }), subject);
    } else if (step.do === 'release') {
      const [hold] = model.held.keys();
      if (hold === undefined) continue;
      await parts.release(hold);
      model.held.delete(hold);
    } else {
      await parts.close();
      parts = await ErasureParts.open(folder);
      await parts.erasures.upkeep();
    }
  }
  const { findings, warnings, opened, erased } = await parts.checked();
  expect({ findings, warnings }).toEqual({ findings: [], warnings: [] });
  const open = entries.flatMap(({ id, commitments = {} }) =>
    parts.privacy.personalValues.open(id, commitments).map(({ path }) => `${id} ${path}`),
  );
  expect(open.sort()).toEqual([...model.values.keys()].sort());
  expect(opened).toBe(model.values.size);
  expect(erased).toBe(entries.length * 2 - model.values.size);
  await parts.close();
}

it('whatever is recorded, erased, held and released, exactly what was not erased opens', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (played) => {
      const folder = mkdtempSync(join(tmpdir(), 'tieout-erasure-'));
      try {
        await play(folder, played);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);
