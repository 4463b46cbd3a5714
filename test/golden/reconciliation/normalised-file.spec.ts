import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StatementReading } from '../../../src/reconciliation/imports/read-statement-file';
import { BANK_STATEMENTS } from '../../../src/reconciliation/sources/source.policy';
import { pieces } from '../../support/read-camt';

const fileOf = (name: string) => readFileSync(join(__dirname, name));

/** The expected lines were written by another program from the statement; their ids are its own SHA-256 and JSON. */
describe('the normalised form of a statement file', () => {
  it.each([65_536, 11])(
    'does not drift, whatever the size of the pieces (%i bytes)',
    async (size) => {
      const reading = new StatementReading({ source: BANK_STATEMENTS, countKnown: () => 0 });
      const parts: Uint8Array[] = [];
      for await (const part of reading.normalised(pieces(fileOf('statement.xml'), size)))
        parts.push(part);
      const written = Buffer.concat(parts).toString().trimEnd().split('\n');
      expect(written).toEqual(
        fileOf('statement.normalised.ndjson').toString().trimEnd().split('\n'),
      );
    },
  );
});
