import { periodOf } from '../../src/reconciliation/breaks/break-work.policy';
import { bandOf, type MaterialityBand } from '../../src/reconciliation/breaks/materiality.policy';
import { minorOf } from '../../src/reconciliation/matching/result-file';
import { type ReadDb } from '../read-model';
import { materialityIn } from './recon-registers';
import { latestCutoff } from './runs.view';

const FIND_AMOUNT = `SELECT definition, entity, currency, a, b, book_date FROM break WHERE id = :id`;

interface Rated {
  readonly definition: string;
  readonly entity: string;
  readonly currency: string;
  readonly a: string;
  readonly b: string;
  readonly book_date: string;
}

/** Where a break stands, and by which approved materiality. */
export interface Rating {
  readonly band: MaterialityBand;
  /** absent when no materiality of the entity was approved */
  readonly materiality?: { readonly period: string; readonly version: number };
}

/** Rated by the materiality of the period of the definition's last run. */
export function ratingOf(db: ReadDb, item: Rated): Rating {
  const period = periodOf(latestCutoff(db, item.definition) ?? item.book_date);
  const known = materialityIn(db, item.entity, period);
  const band = bandOf(minorOf(item.a) - minorOf(item.b), item.currency, known);
  return known === undefined
    ? { band }
    : { band, materiality: { period: known.period, version: known.version } };
}

export function bandOfBreak(db: ReadDb, id: string): MaterialityBand {
  const item = db.get<Rated>(FIND_AMOUNT, { id });
  return item === undefined ? 'unrated' : ratingOf(db, item).band;
}
