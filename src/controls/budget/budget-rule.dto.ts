import { Type } from 'class-transformer';
import { IsIn, IsOptional, Matches, ValidateNested } from 'class-validator';
import { MoneyDto } from '../registers/register.dto';

/** What happens to a request that a budget does not cover; the id in the path is the legal entity, or `_` for all others. */
export class BudgetRuleDto {
  /** share of the planned amount by which a budget may be overspent, such as 2.5 */
  @IsOptional()
  @Matches(/^(?:0|[1-9]\d{0,2})(?:\.\d{1,2})?$/, { message: 'is a percentage such as 2.5' })
  tolerancePercent?: string;

  /** and no more than that; a budget in another currency has no tolerance */
  @IsOptional()
  @ValidateNested()
  @Type(() => MoneyDto)
  toleranceAmount?: MoneyDto;

  /** overspent within the tolerance; `escalate` by default */
  @IsOptional()
  @IsIn(['allow', 'escalate'])
  within?: 'allow' | 'escalate';

  /** overspent beyond it; `deny` by default */
  @IsOptional()
  @IsIn(['escalate', 'deny'])
  beyond?: 'escalate' | 'deny';

  /** no budget is for it; `escalate` by default */
  @IsOptional()
  @IsIn(['escalate', 'deny'])
  unplanned?: 'escalate' | 'deny';
}
