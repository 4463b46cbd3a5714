import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '../../src/http';
import { type Flag, FLAGS } from '../../src/ingestion/workflow.policy';
import { type DisagreementKind, DISAGREEMENTS } from '../workflow-state';

const ACTION = /^[a-z][a-z0-9-]{0,63}$/;

/** Filters of `GET /v1/objects`; all that are given must hold. */
export class ObjectsQuery extends PageQuery {
  /** object type with dashes */
  @IsOptional()
  @Matches(/^[a-z][a-z0-9-]{0,31}$/, { message: 'is an object type such as purchase-order' })
  type?: string;

  @IsOptional()
  @MaxLength(32)
  entity?: string;

  /** canonical state */
  @IsOptional()
  @MaxLength(64)
  state?: string;

  /** a system that has spoken of the object */
  @IsOptional()
  @MaxLength(64)
  system?: string;

  /** what systems differ in; `any` leaves out those that are merely behind */
  @IsOptional()
  @IsIn([...DISAGREEMENTS, 'any'])
  disagreement?: DisagreementKind | 'any';

  /** an action that occurred, such as paid */
  @IsOptional()
  @Matches(ACTION, { message: 'is an action such as approved' })
  step?: string;

  /** an action that never occurred, such as approved */
  @IsOptional()
  @Matches(ACTION, { message: 'is an action such as approved' })
  missingStep?: string;

  @IsOptional()
  @IsIn(FLAGS)
  flag?: Flag;

  /** decimal in major units of `currency`, included */
  @IsOptional()
  @IsString()
  amountFrom?: string;

  /** decimal in major units of `currency`, included */
  @IsOptional()
  @IsString()
  amountTo?: string;

  @IsOptional()
  @Matches(/^[A-Z]{3}$/, { message: 'is an ISO 4217 code' })
  currency?: string;

  /** instant: objects of which something was recorded then or later */
  @IsOptional()
  @IsString()
  changedSince?: string;

  /** `yes`: sums of all figures of the objects on all pages */
  @IsOptional()
  @IsIn(['yes'])
  totals?: 'yes';
}

/** Which past a question about one object is about. */
export class AsOfQuery {
  /** instant: what was recorded by then */
  @IsOptional()
  @IsString()
  asOf?: string;

  /** position, included */
  @IsOptional()
  @IsString()
  asOfPosition?: string;
}

export class ObjectQuery extends AsOfQuery {
  /** civil date whose workflow judges; by default that of the object's last act */
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'is a date such as 2026-11-20' })
  effectiveOn?: string;
}

export class LineageQuery {
  /** `up`: where it came from; `down`: what came of it; `both` by default */
  @IsOptional()
  @IsIn(['up', 'down', 'both'])
  direction?: 'up' | 'down' | 'both';

  /** steps from the object, 1 to 12; 6 by default */
  @IsOptional()
  @Matches(/^([1-9]|1[0-2])$/, { message: 'is a whole number from 1 to 12' })
  depth?: string;
}

/** The path of one object. */
export class ObjectPath {
  /** object type with dashes */
  @IsString()
  type!: string;

  /** legal entity code */
  @IsString()
  entity!: string;

  /** the source's key; a slash in it is `%2F` */
  @IsString()
  id!: string;
}
