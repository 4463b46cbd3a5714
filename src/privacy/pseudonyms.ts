import { hex } from '../kernel/hash';
import { type Randomness } from '../kernel/runtime';
import { type PrivacyFile } from './privacy-file';

export type AccountKind = 'person' | 'service' | 'system';

/** An account as a source system names it. */
export interface AccountName {
  /** short name of the source system */
  readonly system: string;
  readonly account: string;
  readonly kind: AccountKind;
}

/**
 * Accounts stand in the ledger under random pseudonyms. Who is behind one is known here only, and can be erased here.
 */
export interface Pseudonyms {
  /**
   * The account's pseudonym, such as `per-5d0e71b30c2a`; an account that is new gets one, which is durable when this
   * returns. One account keeps one pseudonym, whatever kind a later event calls it.
   */
  of(system: string, account: string, kind: AccountKind): string;
  /** As `of` for many, in order, with one transaction for all that are new. */
  ofAll(names: readonly AccountName[]): string[];
  /** The account behind a pseudonym; `undefined` when it is not known or was erased. */
  accountOf(id: string): { readonly system: string; readonly account: string } | undefined;
  /** The pseudonym of an account that was seen before; makes none. */
  knownAs(system: string, account: string): string | undefined;
}

const PREFIXES: Readonly<Record<AccountKind, string>> = {
  person: 'per',
  service: 'svc',
  system: 'sys',
};
const RANDOM_BYTES = 6;
const CACHE_MAX = 50_000;

const FIND_ID = `SELECT id FROM pseudonym WHERE system = :system AND account = :account`;
const FIND_ACCOUNT = `SELECT system, account FROM pseudonym WHERE id = :id`;
const ADD_PSEUDONYM = `INSERT INTO pseudonym (id, system, account) VALUES (:id, :system, :account)`;

const ERASE_PSEUDONYM = `DELETE FROM pseudonym WHERE id = :id`;

export class SqlitePseudonyms implements Pseudonyms {
  /** account to pseudonym, of rows that are durable */
  private readonly known = new Map<string, string>();

  constructor(
    private readonly sql: PrivacyFile,
    private readonly randomness: Randomness,
  ) {}

  of(system: string, account: string, kind: AccountKind): string {
    const known = this.known.get(cacheKey(system, account));
    return known ?? (this.ofAll([{ system, account, kind }])[0] as string);
  }

  ofAll(names: readonly AccountName[]): string[] {
    const found = names.map(({ system, account }) => this.knownAs(system, account));
    if (found.every((id) => id !== undefined)) return found;
    return this.sql.transaction(() =>
      names.map((name, i) => found[i] ?? this.stored(name) ?? this.add(name)),
    );
  }

  accountOf(id: string): { readonly system: string; readonly account: string } | undefined {
    return this.sql.get<{ system: string; account: string }>(FIND_ACCOUNT, { id });
  }

  knownAs(system: string, account: string): string | undefined {
    const key = cacheKey(system, account);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const id = this.stored({ system, account });
    if (id !== undefined && !this.sql.inTransaction) this.remember(key, id);
    return id;
  }

  /** Forgets who is behind a pseudonym. The account, should it act again, gets another one. */
  erase(id: string): void {
    const account = this.accountOf(id);
    if (account === undefined) return;
    this.sql.run(ERASE_PSEUDONYM, { id });
    this.known.delete(cacheKey(account.system, account.account));
  }

  private stored({ system, account }: Pick<AccountName, 'system' | 'account'>): string | undefined {
    return this.sql.get<{ id: string }>(FIND_ID, { system, account })?.id;
  }

  private add({ system, account, kind }: AccountName): string {
    for (;;) {
      const id = `${PREFIXES[kind]}-${hex(this.randomness.bytes(RANDOM_BYTES))}`;
      if (this.accountOf(id) !== undefined) continue;
      this.sql.run(ADD_PSEUDONYM, { id, system, account });
      return id;
    }
  }

  private remember(key: string, id: string): void {
    if (this.known.size === CACHE_MAX) this.known.clear();
    // Copied, because a piece of a request's text would keep all of it alive.
    this.known.set(Buffer.from(key, 'utf8').toString('utf8'), id);
  }
}

/** A line feed stands in no identifier, so two accounts never share a key. */
function cacheKey(system: string, account: string): string {
  return `${system}\n${account}`;
}
