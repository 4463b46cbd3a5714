import { append, failure, FaultStage } from './fault-stage';

let stage: FaultStage;
beforeEach(async () => {
  stage = await FaultStage.start();
});
afterEach(() => stage.stop());

describe('connecting to a server', () => {
  it('that is not there says so', async () => {
    const error = await failure(stage.open({}, 'esdb://127.0.0.1:1?tls=false'));
    expect(error).toMatchObject({ code: 'store-unavailable', members: { reason: 'connect' } });
    expect(error.message).toMatch(/cannot be reached/);
  });

  it('that is none of a cluster says so', async () => {
    const error = await failure(stage.open({}, 'esdb://127.0.0.1:1,127.0.0.1:2?tls=false'));
    expect(error).toMatchObject({ code: 'store-unavailable' });
  });

  it('that is too old names the oldest that will do', async () => {
    const old = await stage.serve({ version: '22.10.1.0' });
    const error = await failure(stage.open({}, old.url));
    expect(error.code).toBe('configuration');
    expect(error.message).toMatch(/22\.10\.1\.0.*23\.10 or later/);
  });

  it('that does not tell its version is taken', async () => {
    const quiet = await stage.serve({ version: undefined });
    await append(await stage.open({}, quiet.url));
    expect(quiet.log.records).toHaveLength(1);
  });

  it('that refuses the account says what the account needs', async () => {
    stage.server.faults.refusal = 'denied';
    const error = await failure(stage.open());
    expect(error).toMatchObject({ code: 'store-unavailable', members: { reason: 'denied' } });
    expect(error.message).toMatch(/rights .* on \$all/);
  });

  it('that refuses the account later reads it again, and works with a new one', async () => {
    let reads = 0;
    const account = () => {
      reads += 1;
      if (reads > 1) stage.server.faults.refusal = undefined;
      return { username: 'tieout', password: `p${reads}` };
    };
    const store = await stage.open({ account });
    stage.server.faults.refusal = 'denied';
    await append(store);
    expect(reads).toBe(2);
  });
});
