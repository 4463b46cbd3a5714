import { blocksOf, OUT } from '../blocks';
import { type MatchPass } from '../definition.policy';
import { type Workings } from '../workings';
import { Edges } from './edges';
import { componentsOf, settlePairs } from './pairs';
import { halfOf, specOf } from './pass-lines';

/** A line and its reversal on one side: one key, opposite amounts. */
export function runContra(workings: Workings, pass: MatchPass): void {
  const { columns } = workings;
  const sizes = columns.amount.map((minor) => (minor < 0n ? -minor : minor));
  const own: MatchPass = { ...pass, amount: 'equal' };
  for (const side of [0, 1]) {
    const sideOf = halfOf(workings, pass);
    const half = sideOf.map((at, line) => {
      const minor = columns.amount[line] as bigint;
      if (at !== side || minor === 0n) return OUT;
      return minor > 0n ? 0 : 1;
    });
    const edges = new Edges(columns, own);
    const blocks = blocksOf(columns, { ...specOf(columns, own, half), amounts: sizes });
    settlePairs(workings, edges, componentsOf(edges, blocks, half));
  }
}
