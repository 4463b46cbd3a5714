// Checks one entry with Sigstore's verifier (npm package @sigstore/verify, installed with this project). The signature of
// the checkpoint and the path of the proof are checked by that package; this file reads ours.
//
//   node sigstore-check.mjs proof FILE.tlog-proof ENTRY VKEY
//   node sigstore-check.mjs cases      many of these: JSON objects on stdin, one answer a line
import { createHash, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import checkpoints from '@sigstore/verify/dist/tlog/checkpoint.js';
import merkle from '@sigstore/verify/dist/tlog/merkle.js';

const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');
/** A log is trusted for all times here: which key may sign what is for the caller to know. */
const ALWAYS = { start: new Date(0), end: new Date(8.64e15) };

/** What Sigstore's verifier is configured with for one verifier key. */
function trustedLog(vkey) {
  const [name, , ...key] = vkey.split('+');
  const typed = Buffer.from(key.join('+'), 'base64');
  const der = Buffer.concat([SPKI_ED25519, typed.subarray(1)]);
  return {
    baseURL: `https://${name}`,
    logID: createHash('sha256').update(`${name}\n`).update(typed).digest(),
    publicKey: createPublicKey({ key: der, format: 'der', type: 'spki' }),
    validFor: ALWAYS,
  };
}

function readProof(text) {
  const [head, ...rest] = text.split('\n\n');
  const [header, index, ...hashes] = head.split('\n');
  if (header !== 'c2sp.org/tlog-proof@v1' || !/^index (0|[1-9]\d*)$/u.test(index)) {
    throw new Error('not a tlog-proof');
  }
  return {
    logIndex: index.slice('index '.length),
    hashes: hashes.map(readHash),
    checkpoint: { envelope: rest.join('\n\n') },
  };
}

function readHash(line) {
  const hash = Buffer.from(line, 'base64');
  if (hash.length !== 32 || hash.toString('base64') !== line) throw new Error('not a hash');
  return hash;
}

/** A command, and the one bit that is turned in a file on the way in. */
function run({ args, file, bit }) {
  const [command, proofFile, entryFile, vkey, ...more] = args;
  if (command !== 'proof' || vkey === undefined || more.length > 0) {
    throw new Error('usage: proof FILE.tlog-proof ENTRY VKEY');
  }
  const read = (path) => {
    const content = readFileSync(path);
    if (path === file) content[Math.floor(bit / 8)] ^= 1 << (bit % 8);
    return content;
  };
  const inclusionProof = readProof(read(proofFile).toString('utf8'));
  const log = trustedLog(vkey);
  const checkpoint = checkpoints.verifyCheckpoint({ inclusionProof }, [log]);
  if (log.baseURL !== `https://${checkpoint.origin}`) throw new Error('of another log');
  const canonicalizedBody = read(entryFile);
  merkle.verifyMerkleInclusion({ inclusionProof, canonicalizedBody }, checkpoint);
  return `the entry is at index ${inclusionProof.logIndex} of a log of ${checkpoint.logSize}`;
}

function answer(given) {
  try {
    return { accepted: true, said: run(given) };
  } catch (error) {
    return { accepted: false, said: error.message };
  }
}

const args = process.argv.slice(2);
if (args[0] === 'cases') {
  const lines = readFileSync(0, 'utf8').split('\n');
  for (const line of lines) console.log(JSON.stringify(answer(JSON.parse(line))));
} else {
  const { accepted, said } = answer({ args });
  console.log(`${accepted ? 'OK' : 'REFUSED'}: ${said}`);
  process.exitCode = accepted ? 0 : 1;
}
