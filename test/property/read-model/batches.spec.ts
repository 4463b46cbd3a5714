import fc from 'fast-check';
import { join } from 'node:path';
import { Applier } from '../../../projections/read-model/applier';
import { type ProjectedEvent } from '../../../projections/read-model';
import { temporaryFolder } from '../../support/inline-read-model';
import { dumpRows } from '../../support/projection-harness';
import { ModelFile } from '../../../projections/read-model/database';
import { anyBorders, anyHistory, READ_SIDE } from '../../support/transition-history';

describe('the rows of a history', () => {
  const folder = temporaryFolder();
  let files = 0;
  afterAll(() => folder.remove());

  function applier(path: string): Applier {
    return new Applier({
      name: 'test',
      path,
      projections: READ_SIDE,
      blobs: { read: () => undefined },
      clock: { now: () => '2026-02-01T00:00:00.000Z' },
    });
  }

  /** Applies the history in batches of these lengths; `repeat` sends each batch again. */
  function rowsAfter(
    history: readonly ProjectedEvent[],
    borders: readonly number[],
    { repeat = false, reopen = false } = {},
  ) {
    const path = join(folder.path, `${files++}.db`);
    let open = applier(path);
    let turn = 0;
    for (let from = 0; from < history.length;) {
      const to = from + (borders[turn++ % borders.length] ?? 1);
      open.apply(history.slice(from, to));
      if (repeat) open.apply(history.slice(from, to));
      if (reopen) {
        open.close();
        open = applier(path);
      }
      from = to;
    }
    const { events } = open.checkpoint;
    open.close();
    const file = ModelFile.openReader(path);
    const rows = dumpRows(file);
    file.close();
    return { rows, events };
  }

  it('do not depend on where batches end', () => {
    fc.assert(
      fc.property(anyHistory, anyBorders, (history, borders) => {
        expect(rowsAfter(history, borders)).toEqual(rowsAfter(history, [history.length]));
      }),
      { numRuns: 40 },
    );
  });

  it('count each event once, also when a batch comes again or the file is opened anew', () => {
    fc.assert(
      fc.property(anyHistory, anyBorders, (history, borders) => {
        const whole = rowsAfter(history, [history.length]);
        expect(whole.events).toBe(history.length);
        expect(rowsAfter(history, borders, { repeat: true })).toEqual(whole);
        expect(rowsAfter(history, borders, { reopen: true })).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });
});
