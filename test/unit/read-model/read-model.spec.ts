import { type Position, type Positions } from '../../../src/event-store';
import { TieoutError } from '../../../src/kernel/errors';
import { ReadModel, type ProjectorMessage } from '../../../projections/read-model';

/** Positions `t.<n>`. */
const positions: Positions = {
  compare: (a, b) => Math.sign(numberOf(a) - numberOf(b)) as -1 | 0 | 1,
  print: (position) => `t.${numberOf(position)}`,
  parse: (text) => {
    const match = /^t\.(\d+)$/.exec(text);
    if (match === null) throw new TieoutError('token-invalid', 'not a position of this store');
    return { kind: 'memory', n: Number(match[1]) } as Position;
  },
};
const numberOf = (position: Position) => (position as Position & { n: number }).n;

const reached = (n: number, recordedAt: string): ProjectorMessage => ({
  kind: 'reached',
  reached: { position: `t.${n}`, events: n, recordedAt, current: true },
});

describe('the reading side', () => {
  let now: string;
  let model: ReadModel;
  beforeEach(() => {
    now = '2026-01-05T12:00:00.000Z';
    model = new ReadModel({ positions, clock: { now: () => now }, ask: () => undefined });
  });
  afterEach(() => model.close());

  it('wakes those who wait for a position once it is reached, and nobody else', async () => {
    const near = model.waitFor('t.2', 5_000);
    const far = model.waitFor('t.3', 5_000);
    model.receive(reached(2, '2026-01-05T12:00:00.000Z'));
    await near;
    const first = await Promise.race([far.then(() => 'far'), Promise.resolve('still waiting')]);
    expect(first).toBe('still waiting');
    model.receive(reached(3, '2026-01-05T12:00:00.000Z'));
    await far;
  });

  it('gives up after the time it was given', async () => {
    await expect(model.waitFor('t.1', 1)).rejects.toMatchObject({
      code: 'read-model-behind',
      members: { position: 't.1' },
    });
  });

  it('refuses a token of another store at once', async () => {
    await expect(model.waitFor('k.1.2', 5_000)).rejects.toMatchObject({ code: 'token-invalid' });
  });

  it('answers that it is starting before a generation is open', () => {
    expect(() => model.query(() => 1)).toThrow(
      expect.objectContaining({ code: 'read-model-behind' }),
    );
  });

  it('tells how many events it is behind and since when', () => {
    model.receive(reached(3, '2026-01-05T11:59:00.000Z'));
    expect(model.status()).toMatchObject({ lagEvents: 0, lagSeconds: 0 });
    model.noteHead({ position: 't.5', events: 5 });
    now = '2026-01-05T12:00:04.000Z';
    model.noteHead({ position: 't.6', events: 6 });
    expect(model.status()).toMatchObject({ lagEvents: 3, lagSeconds: 4 });
    model.receive(reached(5, '2026-01-05T12:00:03.000Z'));
    expect(model.status()).toMatchObject({ lagEvents: 1, lagSeconds: 1 });
    model.receive(reached(6, '2026-01-05T12:00:04.000Z'));
    expect(model.status()).toMatchObject({ lagEvents: 0, lagSeconds: 0, state: 'current' });
  });

  it('ends every wait when the service stops', async () => {
    const waiting = model.waitFor('t.1', 5_000);
    model.close();
    await expect(waiting).rejects.toMatchObject({ code: 'draining' });
  });
});
