/** Signs checkpoints. A port: a key file now, an HSM or KMS later. Deterministic: the same bytes give the same signature. */
export interface Signer {
  /** key name, equal to the log's origin */
  readonly name: string;
  /** verifier key: name `+` 8 hex of the key id `+` base64 of type and public key */
  readonly vkey: string;
  /** first 4 bytes of the key id */
  readonly keyId: Uint8Array;
  /** Ed25519, 64 bytes */
  sign(message: Uint8Array): Uint8Array;
}
