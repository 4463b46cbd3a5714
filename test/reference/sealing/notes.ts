import { checkpointBody, readCheckpointBody } from '../../../src/sealing/checkpoint';
import { noteLine, readNote, verifyNote } from '../../../src/sealing/note';
import { readPrivateKey } from '../../../src/sealing/signer';
import { LOG_KEY, readVkey, vkeyText } from '../../../src/sealing/vkey';
import { base64Bytes, check, hexBytes, json, outcome } from './vectors';

interface NoteCase {
  readonly desc?: string;
  readonly vkeys: readonly string[];
  readonly note?: string;
  readonly note_base64?: string;
  readonly verified?: readonly string[];
  readonly text?: string;
  readonly line?: string;
  readonly repeat_signature_line?: number;
}

interface NoteVectors {
  readonly keys: readonly {
    readonly name: string;
    readonly vkey: string;
    readonly skey?: string;
  }[];
  readonly notes_good: readonly NoteCase[];
  readonly notes_malformed: readonly NoteCase[];
  readonly notes_malformed_base64: readonly NoteCase[];
  readonly notes_rejected: readonly NoteCase[];
  readonly vkeys_bad: readonly { readonly vkey: string; readonly why: string }[];
}

const signers = ({ vkeys }: NoteCase, note: string | Uint8Array) =>
  verifyNote(readNote(note), vkeys.map(readVkey)).map((key) => key.name);

export function checkNotes(): void {
  signedNotes();
  sumdbNotes();
  checkpointBodies();
  ed25519();
}

function signedNotes(): void {
  const vectors = json<NoteVectors>('signed_note.json');
  for (const { name, vkey, skey } of vectors.keys) {
    check(`vkey of ${name}`, readVkey(vkey).name, name);
    if (skey !== undefined) check(`key file of ${name}`, readPrivateKey(skey).vkey, vkey);
    brokenVkeys(vkey);
  }
  for (const good of vectors.notes_good) {
    const note = good.note ?? '';
    const names = good.verified ?? good.vkeys.map((vkey) => vkey.split('+')[0] ?? '');
    check('good note', signers(good, note).join(), names.join());
    signedAgain(vectors, note);
  }
  for (const bad of vectors.notes_malformed) {
    check(
      bad.desc ?? '',
      outcome(() => readNote(bad.note ?? '')),
      'refused',
    );
  }
  for (const bad of vectors.notes_malformed_base64) {
    check(
      bad.desc ?? '',
      outcome(() => readNote(base64Bytes(bad.note_base64 ?? ''))),
      'refused',
    );
  }
  for (const bad of vectors.notes_rejected) {
    const note =
      bad.note ?? `${bad.text}\n${(bad.line ?? '').repeat(bad.repeat_signature_line ?? 0)}`;
    check(
      bad.desc ?? '',
      outcome(() => signers(bad, note)),
      'refused',
    );
  }
  for (const { vkey, why } of vectors.vkeys_bad)
    check(
      why,
      outcome(() => readVkey(vkey)),
      'refused',
    );
}

/** Every proper substring, and every character moved by one. */
function brokenVkeys(vkey: string): void {
  const broken: string[] = [];
  for (let start = 0; start < vkey.length; start += 1) {
    for (let end = start; end <= vkey.length; end += 1) broken.push(vkey.slice(start, end));
    const moved = String.fromCharCode(vkey.charCodeAt(start) + 1);
    broken.push(vkey.slice(0, start) + moved + vkey.slice(start + 1));
  }
  for (const text of broken.filter((b) => b !== vkey)) {
    check(
      `broken vkey ${text}`,
      outcome(() => readVkey(text)),
      'refused',
    );
  }
}

/** Ed25519 is deterministic: the same text and key give the same line. */
function signedAgain(vectors: NoteVectors, note: string): void {
  const { text, lines } = readNote(note);
  for (const { name } of lines) {
    const skey = vectors.keys.find((key) => key.name === name)?.skey;
    if (skey === undefined) continue;
    const signer = readPrivateKey(skey);
    const line = noteLine(name, signer.keyId, signer.sign(Buffer.from(text)));
    check(`line of ${name}`, note.includes(line), true);
  }
}

function sumdbNotes(): void {
  const vectors = json<{
    verifierKeys: string[];
    notes: { name: string; note: string; verifiedBy: string[] | null }[];
    malformedVerifierKeys: (string | { vkey?: string; key?: string })[];
  }>('sumdb_note', 'vectors.json');
  for (const { name, note, verifiedBy } of vectors.notes) {
    const read = () => signers({ vkeys: vectors.verifierKeys }, note);
    if (verifiedBy === null || verifiedBy.length === 0) check(name, outcome(read), 'refused');
    else check(name, read().join(), verifiedBy.join());
  }
  for (const bad of vectors.malformedVerifierKeys) {
    const vkey = typeof bad === 'string' ? bad : (bad.vkey ?? bad.key ?? '');
    check(
      `malformed vkey ${vkey}`,
      outcome(() => readVkey(vkey)),
      'refused',
    );
  }
}

function checkpointBodies(): void {
  const vectors = json<{
    good: { origin: string; size: string; root_base64: string; body: string }[];
    reject: { why: string; body: string }[];
  }>('checkpoint_body.json');
  for (const { origin, size, root_base64: root, body } of vectors.good) {
    const read = readCheckpointBody(body);
    check('origin', read.origin, origin);
    check('size', String(read.size), size);
    check('body', checkpointBody({ ...read, root: base64Bytes(root) }), body);
  }
  for (const { why, body } of vectors.reject) {
    check(
      why,
      outcome(() => readCheckpointBody(body)),
      'refused',
    );
  }
}

function ed25519(): void {
  const { testGroups } = json<{
    testGroups: {
      publicKey: { pk: string };
      tests: { tcId: number; msg: string; sig: string; result: string }[];
    }[];
  }>('wycheproof', 'ed25519_test.json');
  for (const { publicKey, tests } of testGroups) {
    const key = readVkey(vkeyText('wycheproof', LOG_KEY, hexBytes(publicKey.pk)));
    for (const { tcId, msg, sig, result } of tests) {
      check(`Ed25519 ${tcId}`, key.verify(hexBytes(msg), hexBytes(sig)), result === 'valid');
    }
  }
}
