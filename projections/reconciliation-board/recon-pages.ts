import { Inject, Injectable } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import {
  type Cursors,
  CURSORS,
  type Page,
  READ_MODEL,
  sendPage,
  wholeNumber,
} from '../../src/http';
import { notFound } from '../../src/kernel/errors';
import { type Json } from '../../src/kernel/json';
import { type Page as ViewPage, type PageKey, type ReadModel, type Snapshot } from '../read-model';

/** A request for one page of a list. */
export interface AskedPage {
  readonly list: string;
  /** what the cursor is bound to */
  readonly filter: Readonly<Record<string, string | undefined>>;
  readonly query: { readonly limit?: string; readonly cursor?: string };
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export type ListView<T> = (db: Snapshot, after: PageKey | undefined, limit: number) => ViewPage<T>;

const LIMIT_DEFAULT = '100';
const LIMIT_MAX = 1_000;

/** Pages of the reconciliation's lists, with their cursors. */
@Injectable()
export class ReconPages {
  constructor(
    @Inject(READ_MODEL) readonly readModel: ReadModel,
    @Inject(CURSORS) private readonly cursors: Cursors,
  ) {}

  page<T>({ list, filter, query, request, reply }: AskedPage, view: ListView<T>): Page<T> {
    const stated = Object.entries({ list, ...filter }).filter(([, value]) => value !== undefined);
    const bound = Object.fromEntries(stated) as Json;
    const limit = Math.max(
      1,
      Math.min(LIMIT_MAX, wholeNumber(query.limit ?? LIMIT_DEFAULT, 'limit')),
    );
    const { cursor } = query;
    const after =
      cursor === undefined ? undefined : (this.cursors.decode(bound, cursor) as PageKey);
    return this.readModel.query((db) => {
      const { items, next, position } = view(db, after, limit);
      return sendPage(reply, request.url, {
        items,
        ...(next === undefined ? {} : { next: this.cursors.encode(bound, next) }),
        ...(position === undefined ? {} : { asOfPosition: position }),
      });
    });
  }

  /** One row of a view. @throws TieoutError `not-found` */
  one<T>(what: string, view: (db: Snapshot) => T | undefined): T {
    const found = this.readModel.query(view);
    if (found === undefined) throw notFound(what);
    return found;
  }
}
