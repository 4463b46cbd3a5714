import { hex, leafHash } from '../../../src/kernel/hash';
import { HeadsMap } from '../../../src/sealing/heads-map';
import { verifyHeadsPath } from '../../../src/sealing/heads-proof';
import { bitsOf, headsKey } from '../../../src/sealing/heads-record';
import { check, hexBytes, json, outcome } from './vectors';

interface Claim {
  why?: string;
  claim: 'present' | 'absent';
  stream: string;
  revision?: number;
  leaf?: string;
  bucket: number;
  bucket_hex: string;
  hashes_hex: string[];
  root_hex?: string;
  bits?: number;
}

interface HeadsVectors {
  streams: { stream: string; key: string; revision: number; leaf: string }[];
  bits: number;
  buckets: { bucket: number; data_hex: string; leaf_hex: string }[];
  root_hex: string;
  empty_map: { root_hex: string };
  bits_for_streams: [number, number][];
  good: Claim[];
  refuse: Claim[];
}

export function checkHeads(): void {
  const d = json<HeadsVectors>('tieout_heads_map.json');
  check('root of the empty map', hex(new HeadsMap().state().root), d.empty_map.root_hex);
  for (const [streams, bits] of d.bits_for_streams)
    check(`${streams} streams`, bitsOf(streams), bits);
  const map = new HeadsMap();
  for (const { stream, key, revision, leaf } of d.streams) {
    check(`key of ${stream}`, hex(headsKey(stream)), key);
    map.add(stream, revision, hexBytes(leaf));
  }
  map.advance(map.fed);
  check('depth', map.state().bits, d.bits);
  check('root', hex(map.state().root), d.root_hex);
  for (const { bucket, data_hex: data, leaf_hex: leaf } of d.buckets)
    check(`leaf of bucket ${bucket}`, hex(leafHash(hexBytes(data))), leaf);
  for (const claim of d.good) {
    const { bucket, data, hashes } = map.proofOf(claim.stream);
    check(`bucket of ${claim.stream}`, bucket, claim.bucket);
    check(`data for ${claim.stream}`, hex(data), claim.bucket_hex);
    check(`path for ${claim.stream}`, hashes.map(hex).join(), claim.hashes_hex.join());
    check(`claim of ${claim.stream}`, holds(claim, d), true);
  }
  for (const claim of d.refuse)
    check(
      `${claim.why}`,
      outcome(() => holds(claim, d)),
      'refused',
    );
}

/** Whether the proof shows what is claimed of the stream. */
function holds(claim: Claim, { root_hex: root, bits }: HeadsVectors): boolean {
  const head = verifyHeadsPath(
    { bits: claim.bits ?? bits, root: hexBytes(claim.root_hex ?? root) },
    claim.stream,
    {
      bucket: claim.bucket,
      data: hexBytes(claim.bucket_hex),
      hashes: claim.hashes_hex.map(hexBytes),
    },
  );
  if (claim.claim === 'absent') return head === undefined;
  return head?.revision === claim.revision && hex(head?.leaf ?? new Uint8Array()) === claim.leaf;
}
