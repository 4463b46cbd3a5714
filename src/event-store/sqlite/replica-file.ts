import { storeCorrupt } from '../../kernel/errors';
import { type AppendCall } from '../port';
import { packed, unpack } from './append-packet';
import { type CommitNotice, type CommitParticipantFactory } from './commit-participant';
import { type Settings } from './pragmas';
import { Writer } from './writer';

/** A ledger's file that follows a log elsewhere: whoever holds it decides what one transaction is. */
export interface ReplicaFile {
  readonly settings: Settings;
  /**
   * Stores the appends in one transaction, in their order.
   *
   * @throws TieoutError `store-unavailable` with nothing stored; `store-corrupt` when one does not follow what is stored, or
   *   when the participant refuses
   */
  commit(appends: readonly AppendCall[]): CommitNotice;
  close(): void;
}

/** @throws TieoutError `store-unavailable` reason `locked`, `store-corrupt`, `configuration` */
export function openReplicaFile(options: {
  readonly folder: string;
  readonly ledger: string;
  readonly participant: CommitParticipantFactory;
}): ReplicaFile {
  const writer = Writer.open(options);
  return {
    settings: writer.settings,
    commit: (appends) => {
      const { outcomes, notice } = writer.commit(unpack(packed(appends)));
      const refused = outcomes.find(({ ok }) => !ok);
      if (writer.finding !== undefined) throw writer.finding;
      if (refused?.ok === false) {
        const { error } = refused;
        if (error.code === 'store-unavailable') throw error;
        throw storeCorrupt(`The log does not continue what this node has: ${error.message}`, {
          ...error.members,
        });
      }
      if (notice === undefined) throw storeCorrupt('This node has these events already.');
      return notice;
    },
    close: () => writer.close(),
  };
}
