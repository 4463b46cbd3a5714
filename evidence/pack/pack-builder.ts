import { Worker } from 'node:worker_threads';

import { TieoutError } from '../../src/kernel/errors';
import { type BuiltPack, buildPack } from './build-pack';
import { type PackInput } from './pack-input';

/** Makes the files of a pack. Laying out pages takes the whole processor for a while. */
export interface PackBuilder {
  build(input: PackInput): Promise<BuiltPack>;
}

/** Builds on this thread: for tests and for tools that do nothing else. */
export const inlineBuilder: PackBuilder = { build: buildPack };

/** What a building thread answers. */
export type BuilderReply =
  | { readonly built: BuiltPack }
  | {
      readonly failed: {
        readonly code: string;
        readonly message: string;
        readonly members: object;
      };
    };

/**
 * Builds each pack in a thread of its own, so that appends are answered meanwhile; pdfkit's memory goes with the thread.
 *
 * @param file built JavaScript that answers its `workerData` with a `BuilderReply`
 */
export function threadBuilder(file: string): PackBuilder {
  return {
    build: (input) =>
      new Promise<BuiltPack>((resolve, reject) => {
        const worker = new Worker(file, { workerData: input });
        worker.once('message', (reply: BuilderReply) => {
          if ('built' in reply) resolve(reply.built);
          else reject(errorOf(reply.failed));
        });
        worker.once('error', reject);
        worker.once('exit', (code) =>
          reject(new Error(`The building thread ended with code ${code}.`)),
        );
      }),
  };
}

function errorOf({
  code,
  message,
  members,
}: Extract<BuilderReply, { failed: unknown }>['failed']): Error {
  return new TieoutError(code as 'internal', message, members as TieoutError['members']);
}
