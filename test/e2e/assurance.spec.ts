import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { nextAnchored } from '../support/anchored';

import {
  signal,
  placeOf,
  founded,
  record,
  startLog,
  startWitness,
  answering,
  cosigning,
} from '../support/witnessed-log';

describe('what others say of a log', () => {
  it('has a commitment to heads cosigned at once, and one that nobody answers holds up nothing', async () => {
    const place = placeOf();
    const { vkey } = await founded(place);
    const witness = await startWitness(vkey);
    const app = await startLog(place, vkey, witness.url);
    const quorum = nextAnchored(app.runtime, 'quorum');
    const { index } = await app.runtime.heads.commit();
    expect((await quorum).size).toBeGreaterThan(index);
    await app.stop('keep');
    await witness.app.stop();

    const silent = await answering(200, '', 'never');
    const again = await startLog(place, vkey, silent.url);
    await record(again, 'more');
    const committed = await again.runtime.heads.commit();
    await silent.asked;
    await record(again, 'and more');
    expect(again.runtime.log.size()).toBe(committed.index + 2);
    await again.stop('keep');
    silent.server.closeAllConnections();
    silent.server.close();
  });

  it('is assured by its witnesses up to the size that they cosigned, and by nobody else', async () => {
    const place = placeOf();
    const { vkey, admin } = await founded(place);
    const witness = await startWitness(vkey);
    const app = await startLog(place, vkey, witness.url);
    const reader = app.withKey(admin);
    const verified = async (): Promise<Record<string, unknown>> => {
      await reader.post('/v1/log/verify').expect(202);
      for (;;) {
        const { body } = await reader.get('/v1/log/verify').expect(200);
        if (body.running === null) return body as Record<string, unknown>;
      }
    };
    expect(await verified()).toMatchObject({
      ...{ assurance: ['self-checked'], witnessed: null, timestamped: null },
    });
    await cosigning(app).round(signal);
    await record(app, 'more');
    const { size } = (await cosigning(app).round(signal))!;
    const at = witness.app.clock.now();
    expect(await verified()).toMatchObject({
      ...{ verdict: 'verified', size, assurance: ['self-checked', 'witnessed'] },
      witnessed: { size, at },
    });
    expect((await app.http.get('/metrics')).text).toContain(`tieout_witnessed_size ${size}`);
    await record(app, 'beyond it');
    expect(await verified()).toMatchObject({
      ...{ size: size + 1, assurance: ['self-checked'], witnessed: { size, at } },
    });

    // A checkpoint of a larger size that is not this log's own vouches for nothing.
    const folder = join(place.folder, 'anchors');
    cpSync(join(folder, String(size)), join(folder, String(size + 1)), { recursive: true });
    expect(await verified()).toMatchObject({ assurance: ['self-checked'], witnessed: { size } });
    await app.stop('keep');
    await witness.app.stop();
  });
});
