import { hex } from '../kernel/hash';
import { type Finding } from './check-report';
import { type ProvedHead } from './heads-json';
import { type StreamChains } from './stream-chains';

/** Events of the stream below the size that the proof speaks of. */
export const lengthBelow = ({ head }: ProvedHead): number =>
  head === undefined ? 0 : head.revision + 1;

/**
 * What is wrong when the entries that were followed are not the whole stream below the proved size.
 *
 * @param chains has followed them: they begin at revision 0 and each `prev` is the leaf before
 */
export function incompleteness(chains: StreamChains, proved: ProvedHead): Finding | undefined {
  const { stream, head, size } = proved;
  const has = chains.lengthOf(stream);
  const due = lengthBelow(proved);
  const code = 'pack-incomplete';
  if (has !== due) {
    const detail = `The stream has ${has} events here; below size ${size} of the log it has ${due}.`;
    return { code, stream, revision: Math.min(has, due), detail };
  }
  const leaf = chains.lastLeafOf(stream);
  if (head === undefined || leaf === undefined || leaf === hex(head.leaf)) return undefined;
  return {
    ...{ code, stream, revision: head.revision, expected: hex(head.leaf), actual: leaf },
    detail: 'The last event here is not the last one of the log.',
  };
}
