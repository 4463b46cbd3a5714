import { startJobs } from '../../../src/ledger-jobs';
import { type Pause } from '../../../src/kernel/runtime';
import { type Cosigning, type KeyChange, type Timestamping } from '../../../src/sealing';

const STAMPED = { size: 1, time: '2026-01-05T10:41:00.000Z' };

/** Waits that end when the test says so, each told with its length. */
class Waits {
  private ends: (() => void)[] = [];
  readonly pause: Pause = (_ms, signal) =>
    new Promise((resolve) => {
      this.ends.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });

  end(): void {
    for (const end of this.ends.splice(0)) end();
  }
}

/** Lets everything that is due happen. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function jobs(authority: () => Promise<typeof STAMPED>) {
  const waits = new Waits();
  const calls: string[] = [];
  const said = (what: string) => {
    calls.push(what);
    return Promise.resolve(undefined);
  };
  const timestamping = {
    stamp: () => (calls.push('stamp'), authority()),
    stampIfDue: () => said('if due'),
  } as unknown as Timestamping;
  const cosigning = {
    round: () => said('round'),
    roundIfNew: () => said('if new'),
  } as unknown as Cosigning;
  const keyChange = { retireDue: () => said('retire') } as unknown as KeyChange;
  const started = startJobs({ pause: waits.pause, keyChange, cosigning, timestamping });
  return { started, waits, calls };
}

describe('what a ledger does beside the requests', () => {
  it('asks the witnesses whatever is new when told to, and otherwise looks first', async () => {
    const { started, waits, calls } = jobs(async () => STAMPED);
    started.askWitnesses();
    started.askWitnesses();
    await turn();
    expect(calls).toEqual(['round']);
    waits.end();
    await turn();
    expect(calls.slice(1).sort()).toEqual(['if due', 'if new', 'retire']);
    await started.stop();
  });

  it('asks again for a timestamp that was asked for and failed, and tells of it meanwhile', async () => {
    let isAway = true;
    const { started, waits, calls } = jobs(async () => {
      if (isAway) throw new Error('nobody answers');
      return STAMPED;
    });
    started.askTimestamp();
    await turn();
    expect(started.failures()).toEqual(['the timestamp failed: nobody answers']);
    isAway = false;
    waits.end();
    await turn();
    expect(started.failures()).toEqual([]);
    waits.end();
    await turn();
    const stamps = calls.filter((call) => call === 'stamp' || call === 'if due');
    expect(stamps).toEqual(['stamp', 'stamp', 'if due']);
    await started.stop();
  });

  it('begins nothing more once it is to stop', async () => {
    const { started, calls } = jobs(async () => STAMPED);
    const stopped = started.stop();
    started.askWitnesses();
    started.askTimestamp();
    await stopped;
    expect(calls).toEqual([]);
  });
});
