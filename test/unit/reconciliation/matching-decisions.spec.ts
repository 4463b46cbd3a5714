import { type RunCommitted } from '../../../src/reconciliation/runs/matching.events';
import {
  decisionsOf,
  matching,
  type MatchingCommand,
  type MatchingState,
} from '../../../src/reconciliation/runs/matching.decider';
import { refusalOf } from '../../support/refusals';

const run = (cutoff: string) => ({ run: 'run-1', definition: 'bank', cutoff }) as RunCommitted;
const set = (...lines: string[]) => ({ group: `g-${lines.join('')}`, lines, reason: 'seen' });

/** The state after some commands, each based on what was there. */
const after = (...commands: ((basedOn: number) => MatchingCommand)[]): MatchingState =>
  commands.reduce(
    (state, make) => matching.decide(make(state.events), state).reduce(matching.evolve, state),
    matching.initial,
  );
const commit =
  (cutoff: string) =>
  (basedOn: number): MatchingCommand => ({ kind: 'commit', basedOn, run: run(cutoff) });
const confirm =
  (...lines: string[]) =>
  (basedOn: number): MatchingCommand => ({ kind: 'confirm', basedOn, decided: set(...lines) });
const unmatch =
  (...lines: string[]) =>
  (basedOn: number): MatchingCommand => ({ kind: 'unmatch', basedOn, decided: set(...lines) });

describe('claims of a definition', () => {
  it('does not commit a run over decisions that it has not seen', () => {
    const state = after(confirm('a', 'b'));
    expect(refusalOf(() => matching.decide(commit('2026-03-31')(0), state))).toMatchObject({
      code: 'concurrent-change',
    });
  });

  it('does not confirm over a run that was not seen', () => {
    const state = after(commit('2026-03-31'));
    expect(refusalOf(() => matching.decide(confirm('a', 'b')(0), state))).toMatchObject({
      code: 'concurrent-change',
    });
  });

  it('does not go back behind a committed cut-off', () => {
    const state = after(commit('2026-03-31'));
    expect(refusalOf(() => matching.decide(commit('2026-03-30')(1), state))).toMatchObject({
      code: 'range-invalid',
      members: { cutoff: '2026-03-31' },
    });
    expect(matching.decide(commit('2026-03-31')(1), state)).toHaveLength(1);
  });

  it('puts a line into one confirmed set only', () => {
    const state = after(confirm('a', 'b'));
    expect(refusalOf(() => matching.decide(confirm('b', 'c')(1), state))).toMatchObject({
      code: 'line-in-use',
      members: { line: 'b', group: 'g-ab' },
    });
  });

  it('frees the lines of an unmatched set and remembers it', () => {
    const state = after(confirm('a', 'b'), unmatch('a', 'b'), confirm('b', 'c'));
    expect(decisionsOf(state)).toEqual({ confirmed: [['b', 'c']], rejected: [['a', 'b']] });
  });

  it('takes a set back that was unmatched', () => {
    const state = after(unmatch('a', 'b'), confirm('a', 'b'));
    expect(decisionsOf(state)).toEqual({ confirmed: [['a', 'b']], rejected: [] });
  });

  it('changes nothing when the same is decided again', () => {
    const state = after(confirm('a', 'b'));
    expect(matching.decide(confirm('a', 'b')(1), state)).toEqual([]);
  });
});
