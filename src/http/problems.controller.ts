import { Controller, Get, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { notFound, type ProblemCode } from '../kernel/errors';
import { Public } from './decorators';
import { PROBLEMS } from './problem-table';

const WHAT_NEXT = {
  n: 'Sending the same again gives the same answer. Correct the request.',
  s: 'Send the same request again after Retry-After; it has its effect once.',
  r: 'Read the current state first, then decide again.',
} as const;

/** The `type` of every problem resolves here, also without the internet. */
@ApiExcludeController()
@Controller('problems')
@Public('anyone')
export class ProblemsController {
  @Get(':code')
  problem(@Param('code') code: string): object {
    if (!Object.hasOwn(PROBLEMS, code)) throw notFound(`The problem ${code}`);
    const { status, title, retry } = PROBLEMS[code as ProblemCode];
    return { code, status, title, retryable: retry, next: WHAT_NEXT[retry] };
  }
}
