import { isTieoutError, storeUnavailable, TieoutError } from '../kernel/errors';
import { type CommitBatch, type Sql } from '../event-store/sqlite';
import { type CheckpointLine } from './checkpoint';
import { KEYS_STREAM } from './founding-names';
import { readKeyEntries, readKeyHistory } from './key-entries';
import { KeyHistory } from './key-history';
import { type Signer } from './signer';

/** Finds the private key of a vkey. @throws TieoutError `configuration` when there is none */
export type SignerOf = (vkey: string) => Signer;

export const onlyKey =
  (signer: Signer): SignerOf =>
  (vkey) => {
    if (vkey === signer.vkey) return signer;
    throw new TieoutError(
      'configuration',
      `The ledger is signed with ${vkey}, and the key file is another one. Start with the key file of this ledger.`,
    );
  };

/** The keys that sign the next checkpoint: those that the log itself says are in service. */
export class SigningKeys {
  private constructor(
    readonly history: KeyHistory,
    private readonly signers: readonly Signer[],
    private readonly signerOf: SignerOf,
  ) {}

  /** A log without events is signed by the key of its key file. */
  static unfounded(signer: Signer, signerOf: SignerOf): SigningKeys {
    return new SigningKeys(KeyHistory.none, [signer], signerOf);
  }

  /** The keys of a log as its file has them. @throws TieoutError `configuration` when the file of one is missing */
  opened(sql: Sql): SigningKeys {
    return this.having(readKeyHistory(sql));
  }

  /**
   * The keys after a commit: one that announces, retires or gives up a key is signed by the keys that it leaves in
   * service.
   *
   * @throws TieoutError `store-unavailable` for an event that does not hold or a key whose file is missing: the commit is
   *   refused, and the ledger goes on without it
   */
  after(sql: Sql, { streams, firstIndex }: CommitBatch): SigningKeys {
    if (!streams.includes(KEYS_STREAM)) return this;
    let { history } = this;
    for (const entry of readKeyEntries(sql, firstIndex)) history = history.with(entry);
    const finding = history.findings.at(this.history.findings.length);
    if (finding !== undefined)
      throw storeUnavailable('denied', `A key event does not hold: ${finding.detail}`);
    try {
      return this.having(history);
    } catch (error) {
      if (!isTieoutError(error, 'configuration')) throw error;
      throw storeUnavailable('denied', error.message, error);
    }
  }

  /** @param body of a checkpoint */
  sign(body: string): CheckpointLine[] {
    const message = Buffer.from(body);
    return this.signers.map((signer) => ({
      keyId: signer.keyId,
      signature: signer.sign(message),
    }));
  }

  private having(history: KeyHistory): SigningKeys {
    if (history.windows.length === 0) return this;
    const signers = history.current.map(({ key }) => this.signerOf(key.vkey));
    return new SigningKeys(history, signers, this.signerOf);
  }
}
