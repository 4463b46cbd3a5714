import { serveWriter } from './event-store/sqlite';
import { createSealer, keyFolder, loadSigner } from './sealing';

/** What `openSqliteStore` is given as `workerData`: the key is read here and stays in this thread. */
export interface WriterWorkerData {
  readonly origin: string;
  readonly keyFile: string;
}

serveWriter((data) => {
  const { origin, keyFile } = data as WriterWorkerData;
  const signer = loadSigner(keyFile, origin);
  const signerOf = keyFolder(keyFile, origin);
  return () => createSealer({ signer, signerOf });
});
