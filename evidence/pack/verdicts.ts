import { type PackInput } from './pack-input';
import { type PopulationLine, type ReportResults, type TransactionReport } from './report-types';

type Verdict = TransactionReport['verdicts'][number];

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

/** The results as sentences, one for each question that a reader brings. */
export function verdictsOf(
  input: PackInput,
  results: ReportResults,
  population: readonly PopulationLine[],
): Verdict[] {
  return [
    completeness(input, results),
    integrity(input, results),
    lineage(results),
    sequence(results),
    duties(results),
    reconciliation(results),
    personal(results),
    ...(input.unreadable.length === 0 ? [] : [partial(results)]),
    ...amounts(population),
  ];
}

function completeness({ replay, ledger }: PackInput, { objects, entries }: ReportResults): Verdict {
  return {
    topic: 'Completeness',
    outcome: 'good',
    sentence: `${count(objects, 'object', 'objects')} with ${count(entries, 'entry', 'entries')}. The projection and a replay of all ${replay.scanned} sealed entries agree on objects, counts, sums and dates, as of tree size ${ledger.asOf}.`,
  };
}

function integrity(
  { ledger, keys, erasures }: PackInput,
  { entries, proofs }: ReportResults,
): Verdict {
  return {
    topic: 'Integrity',
    outcome: 'good',
    sentence: `${proofs} entries (${entries} of the transaction, ${keys.length} of the key history${erasures.length === 0 ? '' : `, ${erasures.length} of erasures`}) are included with proofs under one signed checkpoint of ${ledger.origin}. Verify it yourself: see the last sections.`,
  };
}

function lineage({ missing }: ReportResults): Verdict {
  return missing === 0
    ? { topic: 'Lineage', outcome: 'good', sentence: 'No expected document or step is missing.' }
    : {
        topic: 'Lineage',
        outcome: 'bad',
        sentence: `${count(missing, 'expected document or step is', 'expected documents or steps are')} missing; each is listed.`,
      };
}

function sequence({ flagged, entries }: ReportResults): Verdict {
  return flagged === 0
    ? {
        topic: 'Sequence',
        outcome: 'good',
        sentence: `None of ${count(entries, 'step was', 'steps was')} flagged when it was recorded.`,
      }
    : {
        topic: 'Sequence',
        outcome: 'bad',
        sentence: `${flagged} of ${count(entries, 'step', 'steps')} flagged when recorded: out of sequence, late, unauthorised or in conflict.`,
      };
}

function duties({ violations, inconclusive, mitigated }: ReportResults): Verdict {
  if (violations + inconclusive + mitigated === 0) {
    return {
      topic: 'Duties',
      outcome: 'good',
      sentence: 'No segregation of duties finding touches this transaction.',
    };
  }
  return {
    topic: 'Duties',
    outcome: violations > 0 ? 'bad' : 'note',
    sentence: `${count(violations, 'violation', 'violations')}, ${inconclusive} inconclusive, ${mitigated} mitigated.`,
  };
}

function reconciliation({ breaks, matches }: ReportResults): Verdict {
  const matched = `${count(matches, 'match', 'matches')} with lines of another source`;
  return breaks === 0
    ? {
        topic: 'Reconciliation',
        outcome: matches === 0 ? 'note' : 'good',
        sentence: `No break names an object of this transaction; ${matched}.`,
      }
    : {
        topic: 'Reconciliation',
        outcome: 'bad',
        sentence: `${count(breaks, 'break names', 'breaks name')} an object of this transaction; ${matched}.`,
      };
}

function personal({ commitments, opened, erased }: ReportResults): Verdict {
  return {
    topic: 'Personal values',
    outcome: 'note',
    sentence: `${commitments} kept behind commitments, ${opened} of them opened here at the request${erased === 0 ? '' : `, ${erased} erased, each by an event that is named and proved here`}. The others stay closed and still verify.`,
  };
}

function partial({ unreadable }: ReportResults): Verdict {
  return {
    topic: 'Partial',
    outcome: 'bad',
    sentence: `${count(unreadable, 'named item could', 'named items could')} not be read. The requester allowed a partial result.`,
  };
}

/** One transaction should carry one amount from end to end: say where its documents state several. */
function amounts(population: readonly PopulationLine[]): Verdict[] {
  const stated = population
    .flatMap(({ figures }) => figures)
    .map(({ value, currency }) => (currency === '-' ? value : `${value} ${currency}`));
  const different = [...new Set(stated)];
  if (different.length === 0) return [];
  return different.length === 1
    ? [
        {
          topic: 'Amounts',
          outcome: 'good',
          sentence: `${count(stated.length, 'figure is', 'figures are')} stated, ${stated.length === 1 ? '' : 'all '}${different[0]}.`,
        },
      ]
    : [
        {
          topic: 'Amounts',
          outcome: 'note',
          sentence: `The objects state ${different.length} different figures: ${different.join(', ')}.`,
        },
      ];
}
