import { IsIn, IsOptional, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '../../src/http';

/** Filters of `GET /v1/quarantine`; all that are given must hold. */
export class QuarantineQuery extends PageQuery {
  /** `open` by default */
  @IsOptional()
  @IsIn(['open', 'replayed', 'discarded', 'superseded', 'all'])
  status?: 'open' | 'replayed' | 'discarded' | 'superseded' | 'all';

  @IsOptional()
  @IsIn(['business', 'technical'])
  cause?: 'business' | 'technical';

  /** problem code */
  @IsOptional()
  @MaxLength(64)
  code?: string;

  /** short name of the source system */
  @IsOptional()
  @MaxLength(64)
  source?: string;

  @IsOptional()
  @MaxLength(64)
  owner?: string;

  /** first received at least this long ago, such as P2D or PT6H */
  @IsOptional()
  @Matches(/^P(?=.)(\d{1,4}D)?(T(?=.)(\d{1,4}H)?(\d{1,4}M)?)?$/, {
    message: 'is a duration such as P2D or PT6H30M',
  })
  age?: string;
}
