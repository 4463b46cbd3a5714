import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Scopes, ValidQuery } from '../../src/http';
import { parseCivilDate } from '../../src/kernel/civil-date';
import { fieldError, notFound, TieoutError } from '../../src/kernel/errors';
import { parseAmount } from '../../src/kernel/money';
import { amountText } from '../../src/reconciliation/matching/amount-text.policy';
import { type Definition } from '../../src/reconciliation/matching/definition.policy';
import { proofOfCash } from '../../src/reconciliation/proofs/proof-of-cash.policy';
import { rollForward, type RolledSet } from '../../src/reconciliation/proofs/roll-forward.policy';
import { findDefinitionOn } from './definitions.view';
import { ProofOfCashQuery, RollForwardQuery } from './proofs.dto';
import { ReconPages } from './recon-pages';
import { cashFigures, positionAt } from './roll-forward.view';

/** Ids that a reply lists; the count and the hash speak of all. */
const IDS_SHOWN_MAX = 1_000;

/** The proofs of a period, as of the runs at its two ends. */
@ApiTags('reconciliation')
@Controller('v1/recon')
export class ProofsController {
  constructor(@Inject(ReconPages) private readonly pages: ReconPages) {}

  @Get('roll-forward')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Opening + new - cleared = closing, by side and currency' })
  rollForward(@ValidQuery(RollForwardQuery) query: RollForwardQuery): object {
    const [from, to] = spanOf(query);
    return this.pages.read((db) => {
      const definition = matchedLineByLine(
        findDefinitionOn(db, query.definition),
        query.definition,
      );
      const opening = positionAt(db, definition.id, from);
      const closing = positionAt(db, definition.id, to);
      const { rows, faults, holds } = rollForward(opening, closing);
      return {
        definition: definition.id,
        ...{ from, to, openingRun: opening.run ?? null, closingRun: closing.run ?? null },
        holds,
        rows: rows.map(({ side, currency, openingSha256, closingSha256, ...row }) => {
          const text = (minor: bigint) => amountText(minor, currency);
          const set = ({ count, minor, ids }: RolledSet) => ({
            ...{ count, amount: text(minor), ids: ids.slice(0, IDS_SHOWN_MAX) },
          });
          return {
            ...{ side, currency, opening: text(row.openingMinor), entered: text(row.enteredMinor) },
            ...{ cleared: text(row.clearedMinor), closing: text(row.closingMinor) },
            ...{ carried: set(row.carried), left: set(row.left) },
            ...{ added: set(row.added), changed: set(row.changed), openingSha256, closingSha256 },
          };
        }),
        faults: faults.map(({ side, currency, check, expectedMinor, actualMinor }) => ({
          ...{ side, currency, check, expected: amountText(expectedMinor, currency) },
          actual: amountText(actualMinor, currency),
        })),
      };
    });
  }

  @Get('proof-of-cash')
  @Scopes('ledger.read')
  @ApiOperation({
    summary: 'Bank and books in four columns, adjusted for what only one of them has',
  })
  proofOfCash(@ValidQuery(ProofOfCashQuery) query: ProofOfCashQuery): object {
    const [from, to] = spanOf(query);
    const { currency } = query;
    const books = statedBooks(query);
    return this.pages.read((db) => {
      const definition = matchedLineByLine(
        findDefinitionOn(db, query.definition),
        query.definition,
      );
      if (definition.kind !== 'bank')
        throw new TieoutError(
          'state-conflict',
          `A proof of cash is of a bank account; ${definition.id} is of kind ${definition.kind}.`,
          { state: definition.kind, legal: ['bank'] },
        );
      const { input, notStated } = cashFigures(db, { definition, currency, from, to, books });
      const { rows, faults, holds } = proofOfCash(input);
      const text = (minor: bigint) => amountText(minor, currency);
      return {
        definition: definition.id,
        ...{ from, to, currency, books: books === undefined ? 'lines' : 'stated' },
        holds: holds && notStated.length === 0,
        rows: rows.map((row) => ({
          ...{ row: row.row, count: row.count, opening: text(row.openingMinor) },
          ...{ receipts: text(row.receiptsMinor), disbursements: text(row.disbursementsMinor) },
          closing: text(row.closingMinor),
        })),
        ...{ faults, notStated },
      };
    });
  }
}

function spanOf(query: RollForwardQuery): readonly [from: string, to: string] {
  const [from, to] = [parseCivilDate(query.from, 'from'), parseCivilDate(query.to, 'to')];
  if (from < to) return [from, to];
  throw fieldError('range-invalid', 'to', 'is after from, the cut-off of the period before.');
}

function matchedLineByLine(definition: Definition | undefined, id: string): Definition {
  if (definition === undefined) throw notFound(`The definition ${id}`);
  if (definition.passes.length > 0) return definition;
  throw new TieoutError(
    'state-conflict',
    `${id} compares figures and has no open lines to roll forward; the identities of its runs prove it.`,
    { state: definition.kind, legal: [] },
  );
}

function statedBooks({ currency, booksOpening, booksClosing }: ProofOfCashQuery) {
  if (booksOpening === undefined && booksClosing === undefined) return undefined;
  if (booksOpening === undefined || booksClosing === undefined)
    throw fieldError(
      'contract-violation',
      booksOpening === undefined ? 'booksOpening' : 'booksClosing',
      'is missing: the books state both balances, or neither.',
    );
  return {
    openingMinor: parseAmount(booksOpening, currency, 'booksOpening'),
    closingMinor: parseAmount(booksClosing, currency, 'booksClosing'),
  };
}
