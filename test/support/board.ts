import { sha256Hex } from '../../src/kernel/hash';
import { type JsonObject } from '../../src/kernel/json';
import { formatMinor } from '../../src/kernel/money';
import { streamName } from '../../src/kernel/stream-name';
import { type Decisions, NO_DECISIONS } from '../../src/reconciliation/matching/decisions.policy';
import { match } from '../../src/reconciliation/matching/engine';
import { resultText } from '../../src/reconciliation/matching/result-file';
import { batchIdOf, batchStream } from '../../src/reconciliation/imports/batch-names';
import { StatementReading } from '../../src/reconciliation/imports/read-statement-file';
import { matchLinesOf } from '../../src/reconciliation/runs/kind-lines';
import { matchingStream } from '../../src/reconciliation/runs/matching.decider';
import { BANK_STATEMENTS } from '../../src/reconciliation/sources/source.policy';
import { type Snapshot } from '../../projections/read-model';
import { populationOf } from '../../projections/reconciliation-board/population.view';
import { reconciliationBoard } from '../../projections/reconciliation-board/reconciliation-board.projection';
import { bank } from './match-lines';
import { ProjectionHarness } from './projection-harness';
import { pieces } from './read-camt';

export interface PaymentSpec {
  readonly id: string;
  readonly minor?: bigint;
  readonly currency?: string;
  readonly account?: string | null;
  readonly object?: 'payment' | 'receipt';
  readonly to?: string;
  readonly day?: string;
  readonly endToEndId?: string;
  readonly document?: string;
  readonly paymentBatch?: string;
}

/** A board that is fed payments, statement files and runs; every batch is applied twice by the harness. */
export class Board extends ProjectionHarness {
  constructor() {
    super([reconciliationBoard]);
  }

  /** One transition of a payment or receipt, by default one that moves money. */
  payment(spec: PaymentSpec): void {
    const {
      id,
      minor = 10_000n,
      currency = 'EUR',
      object = 'payment',
      to = object === 'payment' ? 'paid' : 'received',
    } = spec;
    const dimensions = {
      ...(spec.account === null ? {} : { bankAccount: spec.account ?? 'DE02120300000000202051' }),
      ...(spec.endToEndId === undefined ? {} : { endToEndId: spec.endToEndId }),
      ...(spec.paymentBatch === undefined ? {} : { paymentBatch: spec.paymentBatch }),
    };
    const at = `${spec.day ?? '2026-03-12'}T09:00:00.000Z`;
    this.feed({
      stream: streamName(object, 'E_DE', id),
      type: `${object}.${to}`,
      occurredAt: at,
      source: {
        system: 'erp',
        ...(spec.document === undefined ? {} : { document: spec.document }),
      },
      data: {
        transition: { action: to, to },
        amount: { amount: formatMinor(minor, currency), currency },
        dimensions,
      },
    });
  }

  /** Imports a statement file and returns the id of its batch. */
  async statement(text: string, entity = 'E_DE'): Promise<string> {
    const reading = new StatementReading({ source: BANK_STATEMENTS, countKnown: () => 0 });
    const parts: Uint8Array[] = [];
    for await (const part of reading.normalised(pieces(Buffer.from(text), 65_536)))
      parts.push(part);
    const normalised = Buffer.concat(parts);
    const file = { sha256: sha256Hex(text), bytes: text.length };
    const kept = { sha256: sha256Hex(normalised), bytes: normalised.length };
    this.putBlob(kept.sha256, normalised);
    const id = batchIdOf('bank', file.sha256);
    const { format, encoding } = reading.file;
    const data = {
      source: 'bank',
      format,
      encoding,
      parser: { name: 'camt', version: 1 },
      file,
      normalised: kept,
    };
    this.feed({
      stream: batchStream(entity, id),
      type: 'batch.received',
      data: { ...data, ...(reading.summary.result() as unknown as JsonObject) },
    });
    return id;
  }

  /** Commits a run over what is on the board. */
  run(name: string, cutoff = '2026-03-31', decisions: Decisions = NO_DECISIONS): void {
    const { a, b, files } = populationOf({ ...this.snapshot() }, bank, cutoff);
    const lines = matchLinesOf(bank, { a, b });
    const result = match(bank, [...lines.a, ...lines.b], decisions);
    const bytes = Buffer.from([...resultText(result)].join(''));
    const sha256 = sha256Hex(bytes);
    this.putBlob(sha256, bytes);
    this.feed({
      stream: matchingStream('bank'),
      type: 'run.committed',
      data: {
        run: name,
        definition: 'bank',
        version: bank.version,
        cutoff,
        input: {
          a: { lines: a.length },
          b: { lines: b.length, sha256: files },
          sha256: sha256Hex(`input ${name}`),
        },
        result: { sha256, bytes: bytes.length, groups: result.groups.length },
      },
    });
  }

  /** What views read. */
  reader(): Snapshot {
    return this.snapshot();
  }

  private snapshot(): Snapshot {
    return { position: 's.1', all: this.db.all.bind(this.db), get: this.db.get.bind(this.db) };
  }
}
