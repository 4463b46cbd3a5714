import { isTieoutError, type ProblemCode, type TieoutError } from '../kernel/errors';
import { type JsonObject } from '../kernel/json';
import { PROBLEMS } from './problem-table';

/** RFC 9457 problem details with the members of `docs/reference/problems.md`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly retryable: 'n' | 's' | 'r';
  readonly [member: string]: unknown;
}

/** Turns any error into a problem; whatever is not ours becomes `internal` and tells nothing but the request id. */
export function problemOf(error: unknown): Problem {
  if (!isTieoutError(error))
    return problem('internal', 'Something failed here. Quote the request id.', {});
  const { code, message, members } = asOutward(error);
  return problem(code, message, members);
}

function problem(code: ProblemCode, detail: string, members: JsonObject): Problem {
  const { status, title, retry } = PROBLEMS[code];
  return { type: `/problems/${code}`, title, status, detail, code, retryable: retry, ...members };
}

interface Outward {
  readonly code: ProblemCode;
  readonly message: string;
  readonly members: JsonObject;
}

/** Internal codes never leave the service; the reason of an unavailable store chooses the code that does. */
function asOutward(error: TieoutError): Outward {
  const { code, message, members } = error;
  if (code === 'store-unavailable')
    return { code: unavailableCode(members['reason']), message, members };
  if (code in PROBLEMS) return { code: code as ProblemCode, message, members };
  if (code === 'store-corrupt' || code === 'seal-refused') {
    return {
      code: 'ledger-halted',
      message: 'The ledger does not verify and takes no writes. Run `tieout verify` on its folder.',
      members: {},
    };
  }
  return { code: 'internal', message: 'Something failed here. Quote the request id.', members: {} };
}

function unavailableCode(reason: unknown): ProblemCode {
  if (reason === 'busy') return 'lane-full';
  if (reason === 'read-only') return 'ledger-halted';
  if (reason === 'full') return 'storage-full';
  return reason === 'closed' ? 'draining' : 'store-unavailable';
}
