import { ErasureParts, type Moment } from './erasure-parts';

/** Records events of one account, erases the account, and kills itself at the moment that it is told. */
async function main(): Promise<void> {
  const [, , folder = '', last] = process.argv;
  const parts = await ErasureParts.open(folder, (moment: Moment) => {
    if (moment === last) process.kill(process.pid, 'SIGKILL');
  });
  for (const invoice of ['INV-1', 'INV-2', 'INV-3']) await parts.record(invoice, 'employee-of-may');
  await parts.record('INV-4', 'somebody-else');
  const subject = parts.privacy.pseudonyms.knownAs('erp-de', 'employee-of-may') ?? '';
  await parts.approve(await parts.ask({ subject }));
  process.exit(0);
}

void main();
