import { sha256 } from '../../kernel/hash';
import { type CommandContext, type Executor } from '../../commanding';
import { type Delivery } from '../quarantine.events';
import { quarantineItem } from './quarantine-item.decider';
import { itemOfBytes, itemStream, QUARANTINE_PROCESS } from './quarantine-ids';

/** A whole file that could not be read; its bytes are in the blob store already. */
export type FileDelivery = Pick<Delivery, 'sha256' | 'bytes' | 'contentType' | 'code' | 'errors'>;

/**
 * Puts a file into quarantine: one item for a client and its bytes, however often they are sent.
 *
 * @param context of the request that brought it
 * @returns the item's id
 */
export async function quarantineFile(
  { executor, origin }: { readonly executor: Executor; readonly origin: string },
  delivery: FileDelivery,
  context: CommandContext,
): Promise<string> {
  const { principal: client } = context;
  const item = itemOfBytes(origin, client, delivery.sha256);
  const deliver = (n: number) =>
    executor.execute({
      stream: itemStream(item),
      decider: quarantineItem,
      command: {
        kind: 'deliver',
        delivery: { ...delivery, form: 'file', client, cause: 'technical' },
      },
      context: { process: QUARANTINE_PROCESS, causingEventId: item, n },
    });
  const first = await deliver(0);
  // The number follows from the request, so that sending it again is no further delivery.
  if (first.replayed) await deliver(numberOf(context.idempotencyKey));
  return item;
}

const numberOf = (key: string): number => Buffer.from(sha256(key)).readUIntBE(0, 6) + 1;
