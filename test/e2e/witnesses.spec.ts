import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cosignerOf, meetsQuorum } from '../../src/sealing/cosignature';
import { readNote } from '../../src/sealing/note';
import { readPolicy } from '../../src/sealing/policy-file';
import { signerOf } from '../../src/sealing/signer';
import { type Agent, TestApp } from '../support/test-app';

import {
  WITNESS,
  SEED,
  witnessVkey,
  signal,
  placeOf,
  founded,
  record,
  startLog,
  startWitness,
  answering,
  cosigning,
} from '../support/witnessed-log';

const alarms = async (app: TestApp): Promise<string[]> => {
  const found: string[] = [];
  try {
    for await (const { entry } of app.runtime.store.readStream('ledger-_.alarms')) {
      found.push(
        (JSON.parse(Buffer.from(entry).toString()) as { data: { alarm: string } }).data.alarm,
      );
    }
  } catch (error) {
    expect(error).toMatchObject({ code: 'stream-missing' });
  }
  return found;
};

describe('a log with a witness', () => {
  it('has its newest checkpoint cosigned, served, listed and recorded', async () => {
    const place = placeOf();
    const { vkey, admin } = await founded(place);
    const witness = await startWitness(vkey);
    const app = await startLog(place, vkey, witness.url);
    const reader = app.withKey(admin);
    const round = await cosigning(app).round(signal);
    expect(round).toMatchObject({ cosigned: ['w'], away: [], alarms: [] });

    const { text } = await reader.get(`/v1/log/checkpoints/${round.size}`);
    const policy = readPolicy(readFileSync(place.policy, 'utf8'));
    expect(meetsQuorum(readNote(text), policy)).toBe(true);
    expect((await reader.get(`/v1/log/checkpoints/${round.size}/anchored`)).text).toBe(text);
    const list = await reader.get('/v1/log/checkpoints');
    expect(list.body).toMatchObject({
      items: [
        { size: round.size, signatures: [expect.anything(), expect.stringMatching(/^witness/)] },
      ],
    });
    // The quorum is an event of its own, and by itself no reason to ask again.
    expect(app.runtime.log.size()).toBe(round.size + 1);
    const last = JSON.parse(
      Buffer.from(app.runtime.log.entryBytes(round.size)).toString(),
    ) as object;
    expect(last).toMatchObject({
      type: 'ledger.anchored',
      data: { kind: 'quorum', size: round.size, times: [{ by: 'w' }] },
    });
    expect(await cosigning(app).roundIfNew(signal)).toBeUndefined();

    await record(app, 'more');
    const next = await cosigning(app).roundIfNew(signal);
    expect(next).toMatchObject({ cosigned: ['w'] });
    const newest = await reader.get('/v1/log/checkpoint');
    expect(meetsQuorum(readNote(newest.text), policy)).toBe(true);
    // At most one quorum an hour is recorded.
    expect(app.runtime.log.size()).toBe(next!.size);
    expect((await reader.get('/v1/log/keys')).body).toMatchObject({
      witnesses: [{ name: 'w', vkey: witnessVkey }],
      quorum: 'w',
    });
    const offered = await reader.get('/v1/log/keys').set('Accept', 'text/plain');
    expect(readPolicy(offered.text).quorum).toBe('w');
    await app.stop('keep');
    await witness.app.stop();
  });

  it('raises an alarm when the witness knows more of it, or another history of it', async () => {
    const place = placeOf();
    const { vkey } = await founded(place);
    const witness = await startWitness(vkey);
    const copy = `${place.data}-copy`;
    cpSync(place.data, copy, { recursive: true });
    const first = await startLog(place, vkey, witness.url);
    await record(first, 'one');
    await cosigning(first).round(signal);
    await first.stop('keep');

    rmSync(place.data, { recursive: true });
    cpSync(copy, place.data, { recursive: true });
    rmSync(join(place.folder, 'anchors'), { recursive: true });
    const old = await startLog(place, vkey, witness.url);
    const round = await cosigning(old).round(signal);
    expect(round.alarms.map(({ alarm }) => alarm)).toEqual(['witness-rollback']);
    expect(await alarms(old)).toEqual(['witness-rollback']);
    expect(readdirSync(join(place.folder, 'anchors', 'evidence'))).toHaveLength(1);
    for (const name of ['two', 'three', 'four']) {
      await record(old, name);
    }
    const fork = await cosigning(old).round(signal);
    expect(fork.alarms.map(({ alarm }) => alarm)).toEqual(['witness-refused']);
    await cosigning(old).round(signal);
    expect(await alarms(old)).toEqual(['witness-rollback', 'witness-refused']);
    await old.stop('keep');
    await witness.app.stop();
  });

  it.each([
    ['a log it does not follow', 404, 'unknown', 'witness-configuration'],
    ['a line that is none of its own', 200, '— witness.example/w AAAA\n', 'witness-refused'],
    ['a size that is no number', 409, 'many', 'witness-refused'],
  ])('raises an alarm when the witness answers %s', async (_what, status, body, alarm) => {
    const place = placeOf();
    const { vkey } = await founded(place);
    const { server, url } = await answering(status, body);
    const app = await startLog(place, vkey, url);
    const { alarms: raised, cosigned } = await cosigning(app).round(signal);
    expect(cosigned).toEqual([]);
    expect(raised.map((each) => each.alarm)).toEqual([alarm]);
    await app.stop('keep');
    server.closeAllConnections();
    server.close();
  });

  it.each([
    ['has no end', 200, Buffer.alloc(300_000, 'x')],
    ['fails', 500, 'sorry'],
    ['leads elsewhere', 302, ''],
  ])('goes on when the witness %s', async (_what, status, body) => {
    const place = placeOf();
    const { vkey } = await founded(place);
    const { server, url } = await answering(status, body);
    const app = await startLog(place, vkey, url);
    const round = await cosigning(app).round(signal);
    expect(round).toMatchObject({
      cosigned: [],
      alarms: [],
      away: [expect.stringMatching(/^w: /)],
    });
    expect(await alarms(app)).toEqual([]);
    await record(app, 'still');
    await app.stop('keep');
    server.closeAllConnections();
    server.close();
  });

  it('takes lines that were carried by hand, and none that fail', async () => {
    const place = placeOf();
    const { vkey, admin } = await founded(place);
    const app = await startLog(place, vkey, 'http://127.0.0.1:1');
    const agent = app.withKey(admin);
    const size = app.runtime.log.size();
    const { text } = readNote(app.runtime.log.checkpoint().note);
    const line = cosignerOf(signerOf(WITNESS, SEED)).cosign(text, 1_767_609_600);
    const other = cosignerOf(signerOf('witness.example/x', SEED)).cosign(text, 1_767_609_600);
    const send = (agent: Agent, body: string) =>
      agent.post(`/v1/log/witness?size=${size}`).set('Content-Type', 'text/plain').send(body);
    const reply = await send(agent, line);
    expect([reply.status, reply.body]).toEqual([200, { size, accepted: ['w'] }]);
    for (const bad of [other, line + other, line.replace('A', 'B'), '']) {
      const refused = await send(agent, bad);
      expect(refused.status).toBe(422);
      expect(refused.body).toMatchObject({ code: 'proof-invalid' });
    }
    expect((await agent.get(`/v1/log/checkpoints/${size}`)).text.endsWith(line)).toBe(true);
    await app.stop('keep');
  });

  it('does not start with a witness whose key is its own, nor with a broken policy', async () => {
    const place = placeOf();
    const { vkey } = await founded(place);
    const keyText = readFileSync(join(place.data, 'keys', 'log.key'), 'utf8');
    const encoded = /^PRIVATE\+KEY\+[^+]+\+[0-9a-f]{8}\+(.+)\n$/.exec(keyText)![1]!;
    const seed = Buffer.from(encoded, 'base64').subarray(1);
    const own = cosignerOf(signerOf('witness.example/own', seed)).vkey;
    const other = signerOf('tieout.example/other', Buffer.alloc(32, 8)).vkey;
    const start = (policy: string) => {
      writeFileSync(place.policy, policy);
      const env = {
        TIEOUT_POLICY_FILE: place.policy,
        TIEOUT_ANCHOR_DIR: join(place.folder, 'anchors'),
      };
      return TestApp.start(env, place.data);
    };
    const refused = { code: 'configuration' };
    await expect(start(`log ${other}\nwitness w ${own}\nquorum w\n`)).rejects.toMatchObject(
      refused,
    );
    await expect(start(`log ${vkey}\nquorum nobody\n`)).rejects.toMatchObject(refused);
    await expect(
      start(`log ${vkey}\nwitness w ${witnessVkey} ftp://x\nquorum w\n`),
    ).rejects.toMatchObject(refused);
    expect(existsSync(join(place.data, 'witness.db'))).toBe(false);
  });
});
