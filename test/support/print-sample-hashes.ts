import { buildPack } from '../../evidence/pack/build-pack';
import { zipOf } from '../../evidence/pack/zip';
import { sha256Hex } from '../../src/kernel/hash';
import { sampleTransaction } from './sample-transaction';

/** Run as a program of its own under several time zones and locales: prints the hash of every file and of the ZIP. */
async function main(): Promise<void> {
  const pack = await buildPack(await sampleTransaction());
  for (const { path, bytes } of pack.files) process.stdout.write(`${sha256Hex(bytes)}  ${path}\n`);
  const chunks: Buffer[] = [];
  for await (const chunk of zipOf(pack.id, pack.files)) chunks.push(chunk as Buffer);
  process.stdout.write(`${sha256Hex(Buffer.concat(chunks))}  zip\n`);
}

void main();
