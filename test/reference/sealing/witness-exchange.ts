import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addCheckpointText, readAddCheckpoint } from '../../../src/sealing/add-checkpoint';
import { cosignedAt, cosignerOf } from '../../../src/sealing/cosignature';
import { readNote } from '../../../src/sealing/note';
import { readPrivateKey } from '../../../src/sealing/signer';
import { readVkey } from '../../../src/sealing/vkey';
import { Witness } from '../../../src/sealing/witness';
import { openWitnessStore } from '../../../src/sealing/witness-store';
import { check, hexBytes, json } from './vectors';

interface WitnessVectors {
  readonly keys: Readonly<Record<'log_vkey' | 'witness_skey' | 'witness_cosig_vkey', string>>;
  readonly checkpoints: readonly { readonly size: number; readonly note: string }[];
  readonly consistency_5_to_8_hex: readonly string[];
  readonly add_checkpoint_request: string;
  readonly cosignature_v1: { readonly timestamp: number; readonly line: string };
  readonly refuse: readonly {
    readonly desc: string;
    readonly state_size?: number;
    readonly old_size: number;
    readonly checkpoint: string;
    readonly proof_hex: readonly string[];
  }[];
}

/** The witness vectors of another implementation: its request, its cosignature, and what it refuses. */
export function checkWitnessExchange(): void {
  const vectors = json<WitnessVectors>('checkpoint_and_witness.json');
  const { timestamp, line } = vectors.cosignature_v1;
  const cosigner = cosignerOf(readPrivateKey(`${vectors.keys.witness_skey}\n`));
  check('vkey of the witness', cosigner.vkey, vectors.keys.witness_cosig_vkey);
  const [five, eight] = vectors.checkpoints;
  const { text } = readNote(eight?.note ?? '');
  check('cosignature', cosigner.cosign(text, timestamp).trimEnd(), line.trimEnd());
  const read = readNote(`${eight?.note ?? ''}${line.trimEnd()}\n`).lines.at(-1);
  const time = read && cosignedAt(text, read, readVkey(cosigner.vkey));
  check('time of the cosignature', time, BigInt(timestamp));
  const request = readAddCheckpoint(vectors.add_checkpoint_request);
  check('add-checkpoint', addCheckpointText(request), vectors.add_checkpoint_request);
  refusals(vectors, five?.note ?? '', eight?.note ?? '');
}

function refusals(vectors: WitnessVectors, five: string, eight: string): void {
  const hashes = vectors.consistency_5_to_8_hex.map(hexBytes);
  for (const {
    desc,
    state_size: state = 5,
    old_size: old,
    checkpoint,
    proof_hex,
  } of vectors.refuse) {
    const folder = mkdtempSync(join(tmpdir(), 'tieout-witness-'));
    const store = openWitnessStore(join(folder, 'witness.db'));
    const witness = new Witness({
      logs: [readVkey(vectors.keys.log_vkey)],
      cosigner: cosignerOf(readPrivateKey(`${vectors.keys.witness_skey}\n`)),
      store,
      now: () => vectors.cosignature_v1.timestamp,
    });
    const add = (from: number, proof: readonly Uint8Array[], note: string): number =>
      witness.addCheckpoint(addCheckpointText({ old: from, hashes: proof, checkpoint: note }))
        .status;
    if (state >= 5) check(`${desc}: size 5 before it`, add(0, [], five), 200);
    if (state >= 8) check(`${desc}: size 8 before it`, add(5, hashes, eight), 200);
    check(desc, add(old, proof_hex.map(hexBytes), checkpoint) === 200, false);
    store.close();
    rmSync(folder, { recursive: true });
  }
}
