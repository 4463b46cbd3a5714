import { IsIn, IsOptional, IsString, Matches } from 'class-validator';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Json, type JsonObject } from '../kernel/json';
import { type Cursors } from './cursors';
import { sendPage } from './reply';

const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 1_000;

/** Parameters that every list takes. */
export class PageQuery {
  /** items on the page, 1 to 1,000; 100 by default */
  @IsOptional()
  @Matches(/^([1-9]\d{0,2}|1000)$/, { message: 'is a whole number from 1 to 1000' })
  limit?: string;

  /** `next` of the page before, with the same filter */
  @IsOptional()
  @IsString()
  cursor?: string;

  /** `exact`: count the items of all pages */
  @IsOptional()
  @IsIn(['exact'])
  count?: 'exact';
}

/** What a view is asked for one page. */
export interface PageRequest {
  readonly limit: number;
  readonly after?: readonly string[];
}

/** One page as a view gives it. */
export interface ViewedPage<T> {
  readonly items: readonly T[];
  readonly next: readonly string[] | undefined;
  readonly position: string | undefined;
}

/** They choose a page and not what is listed; a cursor fits any of them. */
const PAGE_PARAMETERS: ReadonlySet<string> = new Set(['limit', 'cursor', 'count', 'totals']);

/** One request of a list: reads limit and cursor, and writes body and `Link`. */
export class Paging {
  private readonly filter: JsonObject;

  constructor(
    private readonly cursors: Cursors,
    /** tells lists apart whose filters look alike */
    list: string,
    private readonly query: PageQuery,
  ) {
    // A parameter that was not sent is a member without a value.
    const sent = Object.entries(query).filter(
      ([name, value]) => value !== undefined && !PAGE_PARAMETERS.has(name),
    );
    this.filter = { list, ...(Object.fromEntries(sent) as Readonly<Record<string, Json>>) };
  }

  /** @throws TieoutError `cursor-invalid` */
  get request(): PageRequest {
    const { limit, cursor } = this.query;
    const size = Math.min(LIMIT_MAX, limit === undefined ? LIMIT_DEFAULT : Number(limit));
    if (cursor === undefined) return { limit: size };
    return { limit: size, after: this.cursors.decode(this.filter, cursor) as readonly string[] };
  }

  /** The body `{items, next, asOfPosition}` with further members, and `Link: rel="next"`. */
  send<T>(
    page: ViewedPage<T>,
    { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
    more: JsonObject = {},
  ): object {
    const next =
      page.next === undefined ? {} : { next: this.cursors.encode(this.filter, page.next) };
    const position = page.position === undefined ? {} : { asOfPosition: page.position };
    const body = sendPage(reply, request.url, { items: page.items, ...next, ...position });
    return { ...body, ...more };
  }
}
