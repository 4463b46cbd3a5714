import { refused } from './findings';
import { LOG_KEY, readVkey, type VerifierKey, WITNESS_KEY } from './vkey';

/** `name` is met when at least `threshold` of its members are. */
export interface WitnessGroup {
  readonly threshold: number;
  readonly members: readonly string[];
}

/** What a verifier trusts, from outside: the logs' keys, the witnesses', and how many of them must have signed. */
export interface Policy {
  readonly logs: readonly VerifierKey[];
  readonly witnesses: ReadonlyMap<string, VerifierKey>;
  /** submission prefix of those witnesses that have one */
  readonly urls: ReadonlyMap<string, string>;
  readonly groups: ReadonlyMap<string, WitnessGroup>;
  /** a witness, a group, or `none` */
  readonly quorum: string;
}

const NAME = /^[^\s]{1,128}$/u;

/** The policy of one log without witnesses. @param vkeys of its keys, more than one while two overlap */
export const policyText = (...vkeys: readonly string[]): string =>
  `${vkeys.map((vkey) => `log ${vkey}\n`).join('')}quorum none\n`;

/** The policy that a log offers: its own keys, and the witnesses and quorum of its operator's policy file. */
export function offeredPolicy(vkeys: readonly string[], policy: Policy | null): string {
  if (policy === null) return policyText(...vkeys);
  const lines = vkeys.map((vkey) => `log ${vkey}`);
  for (const [name, { vkey }] of policy.witnesses) lines.push(`witness ${name} ${vkey}`);
  for (const [name, { threshold, members }] of policy.groups) {
    lines.push(`group ${name} ${threshold} ${members.join(' ')}`);
  }
  return `${lines.join('\n')}\nquorum ${policy.quorum}\n`;
}

/**
 * Reads a policy file. Blank lines and lines that begin with `#` are passed over.
 *
 * @throws TieoutError `proof-invalid`, finding `checkpoint-signature`, with the line's number
 * @see C2SP tlog-policy
 */
export function readPolicy(text: string): Policy {
  const reader = new PolicyReader();
  text.split('\n').forEach((line, i) => {
    if (line.trim() !== '' && !line.startsWith('#')) reader.line(line, i + 1);
  });
  return reader.end();
}

class PolicyReader {
  private readonly logs: VerifierKey[] = [];
  private readonly witnesses = new Map<string, VerifierKey>();
  private readonly urls = new Map<string, string>();
  private readonly groups = new Map<string, WitnessGroup>();
  private readonly publicKeys = new Set<string>();
  private quorum: string | undefined;

  line(line: string, number: number): void {
    const [word, ...rest] = line.trim().split(/[ \t]+/u);
    const [first = '', second = '', url] = rest;
    if (word === 'log' && rest.length >= 1 && rest.length <= 2) this.addLog(first, number);
    else if (word === 'witness' && rest.length >= 2 && rest.length <= 3)
      this.addWitness({ name: first, vkey: second, ...(url === undefined ? {} : { url }) }, number);
    else if (word === 'group' && rest.length >= 3)
      this.addGroup(first, second, rest.slice(2), number);
    else if (word === 'quorum' && rest.length === 1) this.setQuorum(first, number);
    else throw wrong(number, 'is not log, witness, group or quorum');
  }

  end(): Policy {
    if (this.quorum === undefined)
      throw refused('checkpoint-signature', 'The policy has no quorum.');
    if (this.logs.length === 0) throw refused('checkpoint-signature', 'The policy names no log.');
    const { logs, witnesses, urls, groups, quorum } = this;
    return { logs, witnesses, urls, groups, quorum };
  }

  private addLog(vkey: string, number: number): void {
    const key = this.key(vkey, number);
    if (key.type !== LOG_KEY) throw wrong(number, 'has no key of a log');
    this.logs.push(key);
  }

  private addWitness(
    { name, vkey, url }: { readonly name: string; readonly vkey: string; readonly url?: string },
    number: number,
  ): void {
    this.newName(name, number);
    const key = this.key(vkey, number);
    if (key.type !== WITNESS_KEY) throw wrong(number, 'has no key of a witness');
    this.witnesses.set(name, key);
    if (url === undefined) return;
    if (!/^https?:\/\/[^\s]+$/u.test(url)) throw wrong(number, 'has no http address of a witness');
    this.urls.set(name, url);
  }

  private addGroup(name: string, k: string, members: readonly string[], number: number): void {
    this.newName(name, number);
    if (new Set(members).size !== members.length) throw wrong(number, 'names a member twice');
    for (const member of members) this.known(member, number);
    const counted = /^[1-9][0-9]{0,3}$/u.test(k) ? Number(k) : undefined;
    const threshold = k === 'any' ? 1 : k === 'all' ? members.length : counted;
    if (threshold === undefined || threshold > members.length) {
      throw wrong(number, 'asks for more members than it has');
    }
    this.groups.set(name, { threshold, members });
  }

  private setQuorum(name: string, number: number): void {
    if (this.quorum !== undefined) throw wrong(number, 'is a second quorum');
    if (name !== 'none') this.known(name, number);
    this.quorum = name;
  }

  /** One key under two names or types would count twice. */
  private key(vkey: string, number: number): VerifierKey {
    const key = readVkey(vkey);
    const publicKey = Buffer.from(key.publicKey).toString('hex');
    if (this.publicKeys.has(publicKey)) throw wrong(number, 'has a public key that stands above');
    this.publicKeys.add(publicKey);
    return key;
  }

  private newName(name: string, number: number): void {
    if (!NAME.test(name) || name === 'none' || this.witnesses.has(name) || this.groups.has(name)) {
      throw wrong(number, `defines ${name}, which is no new name`);
    }
  }

  private known(name: string, number: number): void {
    if (!this.witnesses.has(name) && !this.groups.has(name)) {
      throw wrong(number, `names ${name}, which is not defined above`);
    }
  }
}

const wrong = (line: number, what: string) =>
  refused('checkpoint-signature', `Line ${line} of the policy ${what}.`);
