import { Inject, Injectable } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Cursors, CURSORS, type PageQuery, Paging, READ_MODEL } from '../../src/http';
import { notFound } from '../../src/kernel/errors';
import { type Page, type PageKey, type ReadModel, type Snapshot } from '../read-model';

/** A request for one page of a list. */
export interface AskedPage {
  /** tells lists apart whose filters look alike */
  readonly list: string;
  readonly query: PageQuery;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** A list: its pages, and how many items it has in all. */
export interface ListView<T> {
  readonly page: (db: Snapshot, after: PageKey | undefined, limit: number) => Page<T>;
  readonly count: (db: Snapshot) => number;
}

/** Pages of the reconciliation's lists, with their cursors. */
@Injectable()
export class ReconPages {
  constructor(
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CURSORS) private readonly cursors: Cursors,
  ) {}

  page<T>({ list, query, request, reply }: AskedPage, view: ListView<T>): object {
    const paging = new Paging(this.cursors, list, query);
    const { after, limit } = paging.request;
    return this.readModel.query((db) => {
      const page = view.page(db, after, limit);
      const count = query.count === 'exact' ? { count: view.count(db) } : {};
      return paging.send(page, { request, reply }, count);
    });
  }

  read<T>(view: (db: Snapshot) => T): T {
    return this.readModel.query(view);
  }

  /** One row of a view. @throws TieoutError `not-found` */
  one<T>(what: string, view: (db: Snapshot) => T | undefined): T {
    const found = this.read(view);
    if (found === undefined) throw notFound(what);
    return found;
  }
}
