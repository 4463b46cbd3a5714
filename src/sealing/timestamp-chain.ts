import { X509Certificate } from 'node:crypto';
import { refused } from './findings';

/** The extended key usage of timestamping authorities, which must be the only one. */
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const LENGTH_MAX = 6;

export interface Chain {
  /** what came with the token */
  readonly others: readonly X509Certificate[];
  /** where a chain may end */
  readonly trusted: readonly X509Certificate[];
  /** instant of the token: every certificate was valid then */
  readonly at: string;
}

/**
 * The certificates in a PEM file.
 *
 * @throws TieoutError `proof-invalid`, finding `timestamp-token`
 */
export function readCertificates(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu) ?? [];
  if (blocks.length === 0) throw refused('timestamp-token', 'There is no certificate to trust.');
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    throw refused('timestamp-token', 'A certificate to trust cannot be read.');
  }
}

/** @throws TieoutError `proof-invalid`, finding `timestamp-token` */
export function checkUsage(signer: X509Certificate): void {
  // Node's name for it: the object identifiers of the extended key usage.
  const usages: readonly string[] | undefined = signer.keyUsage as readonly string[] | undefined;
  if (usages?.length !== 1 || usages[0] !== TIME_STAMPING) {
    throw wrong('is signed by a certificate that is not for timestamping alone');
  }
}

/**
 * Follows issuers from the signer to a trusted certificate. Revocation is not asked for here.
 *
 * @throws TieoutError `proof-invalid`, finding `timestamp-token`
 */
export function checkChain(signer: X509Certificate, { others, trusted, at }: Chain): void {
  checkUsage(signer);
  let current = signer;
  for (let i = 0; i < LENGTH_MAX; i += 1) {
    if (!isValidAt(current, at)) throw wrong('is signed by a certificate that was not valid then');
    if (trusted.some(({ raw }) => raw.equals(current.raw))) return;
    const issuer = [...trusted, ...others].find((each) => isIssuer(each, current));
    if (issuer === undefined) break;
    current = issuer;
  }
  throw wrong('has a chain that does not end at a trusted authority');
}

const isIssuer = (issuer: X509Certificate, of: X509Certificate): boolean =>
  issuer.ca && !issuer.raw.equals(of.raw) && of.checkIssued(issuer) && of.verify(issuer.publicKey);

function isValidAt({ validFrom, validTo }: X509Certificate, at: string): boolean {
  const time = Date.parse(at);
  return Date.parse(validFrom) <= time && time <= Date.parse(validTo);
}

const wrong = (what: string) => refused('timestamp-token', `The timestamp ${what}.`);
