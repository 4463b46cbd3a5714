import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { PRIVACY, Scopes } from '../http';
import { notFound } from '../kernel/errors';
import { type Privacy } from './open-privacy';

/** From the account that a person names to the subject that an erasure names. */
@ApiTags('privacy')
@Controller('v1/privacy/subjects')
export class SubjectsController {
  constructor(@Inject(PRIVACY) private readonly privacy: Privacy) {}

  @Get(':system/:account')
  @Scopes('privacy.manage')
  @ApiOperation({ summary: 'The subject behind an account, and how many values are stored of it' })
  find(@Param('system') system: string, @Param('account') account: string): object {
    const { pseudonyms, sideStore } = this.privacy;
    const subject = pseudonyms.knownAs(system, account);
    if (subject === undefined) throw notFound('The account');
    return { subject, system, account, values: sideStore.countOf(subject) };
  }
}
