import { base64, fromBase64 } from './base64';
import { readDecimal } from './checkpoint';
import { refused } from './findings';

/** A proof as one text: what a receipt carries and what other people's tools read. */
export interface TlogProof {
  readonly index: number;
  /** the leaf's sibling first */
  readonly hashes: readonly Uint8Array[];
  /** the signed note, verbatim */
  readonly checkpoint: string;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A path in a log of at most 2^63 leaves. */
const HASHES_MAX = 63;

/** @see C2SP tlog-proof */
export function tlogProofText({ index, hashes, checkpoint }: TlogProof): string {
  let text = `${HEADER}\nindex ${index}\n`;
  for (const hash of hashes) text += `${base64(hash)}\n`;
  return `${text}\n${checkpoint}`;
}

/**
 * Reads a proof's text; neither the checkpoint nor the path is verified. An `extra` line is passed over, as the
 * specification has it.
 *
 * @throws TieoutError `proof-invalid`, finding `proof-malformed`
 */
export function readTlogProof(text: string): TlogProof {
  const blank = text.indexOf('\n\n');
  if (blank < 0) throw malformed();
  const [header, ...lines] = text.slice(0, blank).split('\n');
  if (lines[0]?.startsWith('extra ') === true) {
    if (fromBase64(lines[0].slice('extra '.length)) === undefined) throw malformed();
    lines.shift();
  }
  const [indexLine = '', ...hashLines] = lines;
  const index = indexLine.startsWith('index ') ? readDecimal(indexLine.slice(6)) : undefined;
  const checkpoint = text.slice(blank + 2);
  if (
    header !== HEADER ||
    index === undefined ||
    hashLines.length > HASHES_MAX ||
    checkpoint === ''
  ) {
    throw malformed();
  }
  return { index, hashes: hashLines.map(readHash), checkpoint };
}

function readHash(line: string): Uint8Array {
  const hash = fromBase64(line);
  if (hash?.length !== 32) throw malformed();
  return hash;
}

const malformed = () =>
  refused('proof-malformed', 'Not a proof: header, index, 32-byte hashes, blank line, checkpoint.');
