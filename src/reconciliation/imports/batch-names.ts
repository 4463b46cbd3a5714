import { streamName } from '../../kernel/stream-name';
import { derivedId } from '../matching/ids';

/** A batch is named by its source and its file. */
export const batchIdOf = (source: string, fileSha256: string): string =>
  derivedId('batch', source, fileSha256);

export const batchStream = (entity: string, id: string): string => streamName('batch', entity, id);
