import { type AccountApproved, type AccountMapped } from '../../src/controls/account.events';
import { type Mapping, periodsInForce } from '../../src/controls/account.policy';
import { type AccountPeriod, actorsOf, type Identities } from '../../src/controls/identity.policy';
import { type Entry, transitionOf } from '../../src/kernel/entry';
import { streamName } from '../../src/kernel/stream-name';
import { eventsOfStream, type LogEntries, logEntryAt } from '../events';
import { type ReadDb } from '../read-model';

/** Persons accountable for an event, by what the register of accounts said below a size of the log. */
export type PersonsOf = (entry: Entry) => readonly string[];

/** Reads the register as of a size: a mapping that was approved later does not count. Each account is read once. */
export function personsBelow(db: ReadDb, log: LogEntries, size: number): PersonsOf {
  const known = new Map<string, readonly AccountPeriod[]>();
  const identities: Identities = {
    periodsOf: (account) => {
      const periods = known.get(account) ?? periodsBelow(db, log, account, size);
      known.set(account, periods);
      return periods;
    },
    survivorOf: (person) => person,
  };
  return ({ occurredAt, actor, ...entry }) => {
    const initiatedBy = transitionOf({ ...entry, occurredAt, actor })?.initiatedBy;
    const who = {
      at: occurredAt,
      account: actor.id,
      ...(actor.onBehalfOf === undefined ? {} : { onBehalfOf: actor.onBehalfOf }),
      ...(initiatedBy === undefined ? {} : { initiatedBy }),
    };
    return actorsOf(who, identities).persons;
  };
}

function periodsBelow(
  db: ReadDb,
  log: LogEntries,
  account: string,
  size: number,
): readonly AccountPeriod[] {
  const mappings = new Map<number, Mapping>();
  for (const { idx } of eventsOfStream(db, streamName('account', '_', account))) {
    if (idx >= BigInt(size)) break;
    const { type, data } = logEntryAt(log, Number(idx)).entry;
    if (type === 'account.mapped') {
      const mapped = data as unknown as AccountMapped;
      mappings.set(mapped.mapping, { ...mapped, isApproved: false });
    } else if (type === 'account.approved') {
      const { mapping } = data as unknown as AccountApproved;
      const proposed = mappings.get(mapping);
      if (proposed !== undefined) mappings.set(mapping, { ...proposed, isApproved: true });
    }
  }
  return periodsInForce([...mappings.values()]).map(periodOf);
}

function periodOf({ kind, person, validFrom, validTo }: Mapping): AccountPeriod {
  return {
    kind,
    ...(person === undefined ? {} : { person }),
    from: validFrom,
    ...(validTo === undefined ? {} : { to: validTo }),
  };
}
