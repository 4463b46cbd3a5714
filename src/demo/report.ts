import { type BankResult } from './bank';
import { type EvidenceResult } from './evidence';
import { type DemoMonth } from './month';
import { type Answers } from './questions';
import { type Sent } from './run-demo';

export interface DemoReport {
  readonly month: DemoMonth;
  readonly sent: Sent;
  readonly answers: Answers;
  readonly bank: BankResult;
  readonly evidence: EvidenceResult;
}

/** What was found, in the words of a controller. */
export function report({ sent, answers, bank, evidence }: DemoReport): readonly string[] {
  return [
    `${sent.recorded} events recorded, ${sent.refused} refused; ${sent.logSize} entries under one signed checkpoint.`,
    '',
    'Needs your attention',
    ...bullets(attention(answers)),
    '',
    `Bank: ${bank.balanced} statements whose balances add up, ${bank.lines} lines, ${bank.matched} matched, ${bank.breaks.length} open`,
    ...bullets(
      bank.breaks.map(
        (b) => `${b.type} ${b.entity} ${b.amount.currency} ${b.amount.amount}: ${b.explanation}`,
      ),
    ),
    '',
    `Evidence: ${evidence.file} (${Math.round(evidence.bytes / 1024)} KiB)`,
    ...indented(evidence.verified.text),
    `The same pack with one bit of an amount flipped (byte ${evidence.tampered.offset}):`,
    ...indented(evidence.tampered.text),
  ];
}

function attention({ findings, duplicates, missingReceipts }: Answers): readonly string[] {
  return [
    ...findings.map(({ rule, title, person, scope: { kind, object } }) => {
      const place = `${object.type} ${object.id} of ${object.entity}`;
      if (kind === 'object') return `${rule} ${title}: not so for ${place}.`;
      return `${rule} ${title}: ${person ?? 'nobody named'} on both sides, at ${place}.`;
    }),
    ...duplicates.map(({ sentence }) => sentence),
    ...missingReceipts.map(({ id, entity, sentence }) => `Invoice ${id} of ${entity}: ${sentence}`),
  ];
}

const bullets = (lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? ['  nothing'] : lines.map((line) => `  - ${line}`);

const indented = (text: string): readonly string[] => text.split('\n').map((line) => `  ${line}`);
