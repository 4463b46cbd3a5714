import { IsIn, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { PageQuery } from '../../src/http';
import { type Flag, FLAGS } from '../../src/ingestion/workflow.policy';

const CURRENCY = /^[A-Z]{3}$/;

/** Filters of `GET /v1/events`; all that are given must hold. */
export class EventsQuery extends PageQuery {
  /** event type, such as invoice.approved */
  @IsOptional()
  @Matches(/^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/, {
    message: 'is a type such as invoice.approved',
  })
  type?: string;

  /** object type, or one object as type/entity/id */
  @IsOptional()
  @Matches(/^[a-z][a-z0-9-]{0,31}(\/[^/]+\/.+)?$/, { message: 'is a type, or type/entity/id' })
  object?: string;

  @IsOptional()
  @MaxLength(32)
  entity?: string;

  /** short name of the source system */
  @IsOptional()
  @MaxLength(64)
  source?: string;

  /** the sender's own event id */
  @IsOptional()
  @MaxLength(256)
  sourceId?: string;

  /** pseudonym of an account that acted, on whose behalf another did, or that stood behind a service */
  @IsOptional()
  @MaxLength(64)
  actor?: string;

  /** person behind any number of accounts */
  @IsOptional()
  @MaxLength(64)
  person?: string;

  @IsOptional()
  @MaxLength(128)
  correlation?: string;

  @IsOptional()
  @MaxLength(36)
  causation?: string;

  @IsOptional()
  @IsIn(FLAGS)
  flag?: Flag;

  @IsOptional()
  @IsString()
  occurredFrom?: string;

  @IsOptional()
  @IsString()
  occurredTo?: string;

  @IsOptional()
  @IsString()
  recordedFrom?: string;

  @IsOptional()
  @IsString()
  recordedTo?: string;

  /** decimal in major units of `currency`, included */
  @IsOptional()
  @IsString()
  amountFrom?: string;

  /** decimal in major units of `currency`, included */
  @IsOptional()
  @IsString()
  amountTo?: string;

  @IsOptional()
  @Matches(CURRENCY, { message: 'is an ISO 4217 code' })
  currency?: string;

  /** an event id, or the beginning of an object id, document number, sender's id or correlation */
  @IsOptional()
  @MinLength(1)
  @MaxLength(128)
  q?: string;

  /** log order, or newest first */
  @IsOptional()
  @IsIn(['asc', 'desc'])
  order?: 'asc' | 'desc';
}
