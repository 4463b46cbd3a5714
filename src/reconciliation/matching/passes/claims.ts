import { Components } from '../components';
import { type MatchPass } from '../definition.policy';
import { type AmbiguityReason, type GroupFacts } from '../result';
import { type Workings } from '../workings';
import { ascending } from './pass-lines';

/** A sum that explains one line. Claims are settled together, after all of them are known. */
export interface Claim {
  /** the line that is explained, and those that add up to it */
  readonly lines: readonly number[];
  /** lines that could stand for some of them: another claim on these contests it too */
  readonly touched: readonly number[];
  readonly facts: GroupFacts;
  /** why it is none: the claim holds its lines and confirms nothing */
  readonly reason?: AmbiguityReason;
  /** too likely by chance to be confirmed */
  readonly isWeak?: boolean;
}

/** Confirms the claims that no other claim shares a line with. */
export function settleClaims(workings: Workings, pass: MatchPass, found: readonly Claim[]): void {
  const claims = [...new Map(found.map((claim) => [claim.lines.join(' '), claim])).values()];
  const { side, count } = workings.columns;
  const components = new Components(count);
  for (const { lines, touched } of claims) {
    for (const line of lines) components.join(lines[0] as number, line);
    for (const line of touched) components.join(lines[0] as number, line);
  }
  const together = new Map<number, Claim[]>();
  for (const claim of claims) {
    const root = components.find(claim.lines[0] as number);
    const list = together.get(root);
    if (list === undefined) together.set(root, [claim]);
    else list.push(claim);
  }
  for (const contested of together.values()) {
    const [claim] = contested as [Claim];
    if (contested.length === 1 && claim.reason === undefined) {
      confirm(workings, pass, claim);
      continue;
    }
    if (contested.every(({ isWeak = false }) => isWeak)) continue;
    const lines = ascending(contested.flatMap((each) => each.lines));
    workings.ambiguity(pass, {
      reason: contested.length > 1 ? 'contested-claim' : (claim.reason ?? 'competing'),
      a: lines.filter((line) => side[line] === 0),
      b: lines.filter((line) => side[line] === 1),
    });
  }
}

function confirm(workings: Workings, pass: MatchPass, { lines, facts, isWeak }: Claim): void {
  if (workings.isRejected(lines)) return;
  const outcome = isWeak === true ? 'suggest' : pass.outcome;
  workings.explain({ ...pass, outcome }, lines, false, facts);
}
