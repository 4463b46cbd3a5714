import { createHash, verify, X509Certificate } from 'node:crypto';
import {
  type Der,
  der,
  derInteger,
  derOid,
  inside,
  INTEGER,
  malformed,
  OCTETS,
  OID,
  readAll,
  readOne,
  SEQUENCE,
  SET,
  TIME,
} from './der';
import { refused } from './findings';
import { checkChain, checkUsage } from './timestamp-chain';

const SHA256 = '2.16.840.1.101.3.4.2.1';
const HASHES: Readonly<Record<string, string>> = {
  [oidText(SHA256)]: 'sha256',
  [oidText('2.16.840.1.101.3.4.2.2')]: 'sha384',
  [oidText('2.16.840.1.101.3.4.2.3')]: 'sha512',
};
const SIGNED_DATA = oidText('1.2.840.113549.1.7.2');
const TST_INFO = oidText('1.2.840.113549.1.9.16.1.4');
const CONTENT_TYPE = oidText('1.2.840.113549.1.9.3');
const MESSAGE_DIGEST = oidText('1.2.840.113549.1.9.4');
const SIGNING_CERTIFICATE = oidText('1.2.840.113549.1.9.16.2.12');
const SIGNING_CERTIFICATE_V2 = oidText('1.2.840.113549.1.9.16.2.47');

/** Longest reply that is read: a token with a long chain is some 10 KiB. */
export const TOKEN_BYTES_MAX = 64 * 1024;

/** What is asked for, and what the answer must repeat. */
export interface TimestampQuery {
  /** SHA-256 of what is timestamped */
  readonly imprint: Uint8Array;
  /** random, so that an old answer is not taken for a new one */
  readonly nonce: Uint8Array;
}

/** A TimeStampReq that asks for the authority's certificate too. @see RFC 3161, section 2.4.1 */
export function timestampRequest({ imprint, nonce }: TimestampQuery): Buffer {
  const algorithm = der(SEQUENCE, derOid(SHA256), Buffer.of(0x05, 0x00));
  return der(
    SEQUENCE,
    derInteger(Buffer.of(1)),
    der(SEQUENCE, algorithm, der(OCTETS, imprint)),
    derInteger(nonce),
    Buffer.of(0x01, 0x01, 0xff),
  );
}

/**
 * Checks a TimeStampResp on receipt: granted, this imprint and nonce, signed by a certificate for timestamping alone whose
 * chain ends at a configured authority.
 *
 * @param trusted certificates of the authorities; undefined leaves open whose the signer's certificate is
 * @returns the time in the token, as an instant with whole seconds
 * @throws TieoutError `proof-invalid`, finding `timestamp-token`, with the reason
 * @see RFC 3161, section 2.4.2; RFC 5652; RFC 5816
 */
export function checkTimestamp(
  reply: Buffer,
  query: Partial<TimestampQuery> & Pick<TimestampQuery, 'imprint'>,
  trusted: readonly X509Certificate[] | undefined,
): string {
  const [status, token] = inside(readOne(reply, SEQUENCE), SEQUENCE);
  const granted = integerOf(inside(status, SEQUENCE)[0]);
  if (granted !== '0' && granted !== '1') throw wrong(`was not granted (status ${granted})`);
  const signedData = readSignedData(token);
  const info = readInfo(signedData.content);
  if (Buffer.compare(info.imprint, query.imprint) !== 0) throw wrong('is about something else');
  if (query.nonce !== undefined && integerOf({ ...info.nonce }) !== integerHex(query.nonce)) {
    throw wrong('does not repeat the nonce');
  }
  const signer = checkSignature(signedData);
  if (trusted === undefined) checkUsage(signer);
  else checkChain(signer, { others: signedData.certificates, trusted, at: info.time });
  return info.time;
}

interface SignedData {
  readonly content: Buffer;
  readonly certificates: readonly X509Certificate[];
  readonly signerInfo: Der;
}

function readSignedData(token: Der | undefined): SignedData {
  const [type, wrapped] = inside(token, SEQUENCE);
  if (!isOid(type, SIGNED_DATA)) throw malformed();
  const [signedData] = inside(wrapped, 0xa0);
  const [, , encapsulated, ...rest] = inside(signedData, SEQUENCE);
  const [contentType, contentOf] = inside(encapsulated, SEQUENCE);
  if (!isOid(contentType, TST_INFO)) throw wrong('holds no timestamp');
  const [octets] = inside(contentOf, 0xa0);
  if (octets?.tag !== OCTETS) throw malformed();
  const certificates = rest
    .filter(({ tag }) => tag === 0xa0)
    .flatMap(({ content }) => readAll(content));
  const signers = rest.filter(({ tag }) => tag === SET).flatMap(({ content }) => readAll(content));
  const [signerInfo, ...others] = signers;
  if (signerInfo === undefined || others.length > 0) throw wrong('has not exactly one signer');
  return { content: octets.content, certificates: certificates.map(certificateOf), signerInfo };
}

function certificateOf({ raw }: Der): X509Certificate {
  try {
    const certificate = new X509Certificate(raw);
    // Read now, since a key of a kind that Node does not know throws when it is asked for.
    void certificate.publicKey;
    return certificate;
  } catch {
    throw wrong('carries a certificate that cannot be read');
  }
}

function readInfo(content: Buffer): { imprint: Buffer; nonce: Der | undefined; time: string } {
  const [, , imprint, , time, ...rest] = inside(readOne(content, SEQUENCE), SEQUENCE);
  const [algorithm, hashed] = inside(imprint, SEQUENCE);
  if (!isOid(inside(algorithm, SEQUENCE)[0], oidText(SHA256)) || hashed?.tag !== OCTETS) {
    throw wrong('is not about a SHA-256');
  }
  if (time?.tag !== TIME) throw malformed();
  const nonce = rest.find(({ tag }) => tag === INTEGER);
  return { imprint: hashed.content, nonce, time: instantOf(time.content.toString('latin1')) };
}

function instantOf(text: string): string {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/u.exec(text);
  if (match === null) throw wrong('has no time');
  const [, year, month, day, hour, minute, second] = match as unknown as string[];
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
}

/** @returns the certificate that signed */
function checkSignature({ content, certificates, signerInfo }: SignedData): X509Certificate {
  const [, , digestAlgorithm, attributes, , signature] = inside(signerInfo, SEQUENCE);
  const hash = HASHES[oidOf(inside(digestAlgorithm, SEQUENCE)[0])];
  if (hash === undefined) throw wrong('is signed over another hash than SHA-2');
  if (attributes?.tag !== 0xa0 || signature?.tag !== OCTETS) throw malformed();
  const values = readAttributes(attributes);
  const digest = createHash(hash).update(content).digest();
  const type = values.get(CONTENT_TYPE);
  const stated = values.get(MESSAGE_DIGEST);
  if (!isOid(type, TST_INFO) || stated?.tag !== OCTETS || !stated.content.equals(digest)) {
    throw wrong('has signed attributes of other content');
  }
  const signer = certificates.find((each) => isNamed(each, values));
  if (signer === undefined) throw wrong('does not carry the certificate that it names');
  // What is signed is the set itself, while in the message it stands under an implicit tag.
  const signed = Buffer.concat([Buffer.of(SET), attributes.raw.subarray(1)]);
  if (!isSigned(hash, signed, signer, signature.content)) throw wrong('has a wrong signature');
  return signer;
}

function isSigned(
  hash: string,
  signed: Buffer,
  signer: X509Certificate,
  signature: Buffer,
): boolean {
  const { publicKey } = signer;
  if (!['rsa', 'ec'].includes(publicKey.asymmetricKeyType ?? '')) {
    throw wrong('is signed with a kind of key that is not read here');
  }
  return verify(hash, signed, publicKey, signature);
}

function readAttributes(attributes: Der): Map<string, Der> {
  const values = new Map<string, Der>();
  for (const attribute of readAll(attributes.content)) {
    const [type, set] = inside(attribute, SEQUENCE);
    const [value] = inside(set, SET);
    if (value === undefined) throw malformed();
    values.set(oidOf(type), value);
  }
  return values;
}

/** The signed attributes name the certificate by its hash, so that no other of the same key stands in. */
function isNamed(certificate: X509Certificate, values: ReadonlyMap<string, Der>): boolean {
  const v2 = values.get(SIGNING_CERTIFICATE_V2);
  const named = v2 ?? values.get(SIGNING_CERTIFICATE);
  if (named === undefined) return false;
  const [first] = inside(inside(named, SEQUENCE)[0], SEQUENCE);
  const parts = inside(first, SEQUENCE);
  const algorithm = parts[0]?.tag === SEQUENCE ? oidOf(readAll(parts[0].content)[0]) : undefined;
  const hash = v2 === undefined ? 'sha1' : algorithm === undefined ? 'sha256' : HASHES[algorithm];
  const stated = parts.find(({ tag }) => tag === OCTETS);
  if (hash === undefined || stated === undefined) return false;
  return createHash(hash).update(certificate.raw).digest().equals(stated.content);
}

function oidText(dotted: string): string {
  return derOid(dotted).subarray(2).toString('hex');
}

const oidOf = (element: Der | undefined): string => {
  if (element?.tag !== OID) throw malformed();
  return element.content.toString('hex');
};

const isOid = (element: Der | undefined, oid: string): boolean => oidOf(element) === oid;

/** Hex without leading zeros, which DER and random bytes may have or not. */
const integerHex = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/^0+(?=.)/u, '');

const integerOf = (element: Partial<Der> | undefined): string =>
  element?.tag === INTEGER && element.content !== undefined ? integerHex(element.content) : '';

const wrong = (what: string) => refused('timestamp-token', `The timestamp ${what}.`);
