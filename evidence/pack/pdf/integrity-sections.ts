import { ITEM_ID } from '../data-files';
import { type EvidenceDocument } from '../report-types';
import { bagCommands, checkpointCommands, leafCommand } from '../verify-guide';
import { code, paragraph, section, subheading } from './blocks';
import { type Paper, STYLE } from './paper';
import { dataFileNote } from './scope-sections';
import { facts, table } from './table';

const HASH_CELL = { ...STYLE.mono, size: 6.8 };

/** Section 7: what the proofs stand on, and the digits to compare over a second channel. */
export function integritySection(paper: Paper, evidence: EvidenceDocument): void {
  const { ledger, report } = evidence;
  const { integrity, results } = report;
  section(paper, '7  Integrity', () => {
    paragraph(
      paper,
      `Each entry of this transaction is stored and hashed as it stands in entries.jsonl. Its leaf is in the Merkle log of the ledger and is named by the next entry of the same object. ${results.proofs} inclusion proofs, of at most ${integrity.longestProof} hashes, lead from these leaves to the root that the checkpoint signs.`,
    );
    facts(
      paper,
      [
        ['Log (origin)', ledger.origin],
        ['Checkpoint', { text: `size ${ledger.size}\nroot ${ledger.root}`, style: HASH_CELL }],
        ['SHA-256 of the checkpoint file', { text: integrity.checkpointSha256, style: HASH_CELL }],
        ...integrity.keys.map(
          (key) => [`Key ${key.id}`, { text: key.vkey, style: HASH_CELL }] as const,
        ),
        [
          'Key history',
          `${integrity.keyEntries} ${integrity.keyEntries === 1 ? 'entry' : 'entries'}, from index 0; keys inside a pack are never trusted, compare them`,
        ],
        ['Log indexes', `${integrity.lowestIndex} to ${integrity.highestIndex}`],
        ['Items tree root', { text: integrity.itemsRoot, style: HASH_CELL }],
        ['Witnesses, timestamps', 'none carried'],
        ['Signature of this document', 'none'],
        ['SHA-256 of verify.mjs', { text: integrity.verifierSha256, style: HASH_CELL }],
        [
          'Custody',
          `made from the request at log index ${report.request.event.index}; downloads are recorded in ${report.request.event.stream}`,
        ],
      ],
      { summary: 'Checkpoint, keys and hashes' },
    );
    dataFileNote(
      paper,
      evidence,
      'data/integrity/checkpoint',
      'data/integrity/keys.jsonl',
      'data/items-tree.json',
    );
  });
}

/** Section 8: commands without our tools, their output, and their traps. */
export function verifySection(paper: Paper, { pack, ledger, report }: EvidenceDocument): void {
  const first = report.timeline.find((step) => step.index === report.integrity.lowestIndex);
  section(paper, '8  How to verify', () => {
    paragraph(
      paper,
      'Offline, on a machine of your own. VERIFY.md in the pack has the same commands to copy. Take the verifier key from your own source: what a pack says about itself is no anchor.',
    );
    subheading(paper, 'With the verifier in the pack (Node.js 20 or later, no packages)');
    code(
      paper,
      `sha256sum data/verify.mjs   # ${report.integrity.verifierSha256}\nnode data/verify.mjs --policy policy .`,
    );
    paragraph(
      paper,
      'Exit 0: verified. 1: a finding; the first bad position is named by file, line, index, stream and field. 4: intact, but not anchored, because no policy was given.',
      { style: STYLE.small },
    );
    subheading(paper, 'The bag, with coreutils');
    code(paper, bagCommands(pack.id));
    paragraph(
      paper,
      'sha256sum alone passes with an extra file, hence the comparison of names. It proves that the files agree with each other, not who made them.',
      { style: STYLE.small },
    );
    subheading(paper, 'The checkpoint, with openssl 3');
    code(paper, checkpointCommands(ledger.origin, report.integrity.keys[0]?.vkey ?? ''));
    paragraph(
      paper,
      'Expected: Signature Verified Successfully. It proves that the holder of this key signed this size and root.',
      { style: STYLE.small },
    );
    subheading(paper, 'One entry');
    code(paper, leafCommand(ITEM_ID, 1));
    paragraph(
      paper,
      `Expected: ${first?.leaf ?? ''}, the leaf of step ${first?.n ?? 0}. VERIFY.md also joins an entry and its proof to a C2SP tlog-proof, which verifiers of other makers read.`,
      { style: STYLE.small },
    );
    paragraph(paper, 'What none of these checks proves stands in section 1.');
  });
}

/** Section 9: what is needed to read the data files. */
export function appendixSection(paper: Paper, { files, report }: EvidenceDocument): void {
  section(paper, '9  Appendix', () => {
    if (report.identities.length > 0) {
      subheading(paper, 'Accounts behind pseudonyms');
      table(
        paper,
        [
          { title: 'Pseudonym', width: 0.3 },
          { title: 'System', width: 0.3 },
          { title: 'Account', width: 0.4 },
        ],
        report.identities.map(({ pseudonym, system, account }) => [pseudonym, system, account]),
        { summary: 'Accounts opened at the request' },
      );
    }
    subheading(paper, 'Files of the pack');
    table(
      paper,
      [
        { title: 'File', width: 0.35 },
        { title: 'Bytes', width: 0.1, align: 'right' },
        { title: 'SHA-256', width: 0.55, style: { ...STYLE.mono, size: 6.4 } },
      ],
      files.map(({ path, bytes, sha256 }) => [path, String(bytes), sha256]),
      { summary: 'Files with size and hash' },
    );
    subheading(paper, 'Fonts');
    table(
      paper,
      [
        { title: 'Font', width: 0.45 },
        { title: 'SHA-256', width: 0.55, style: { ...STYLE.mono, size: 6.4 } },
      ],
      report.build.fonts.map(({ file, sha256 }) => [file, sha256]),
      { summary: 'Fonts that are embedded as subsets' },
    );
    subheading(paper, 'Words');
    facts(
      paper,
      [
        ['entry', 'one recorded event, in canonical JSON, as it is stored and hashed'],
        ['leaf', 'SHA-256 of a zero byte and the entry; a node of the Merkle log'],
        ['checkpoint', 'signed statement of the size and root of the log'],
        ['inclusion proof', 'hashes that lead from a leaf to the root of a checkpoint'],
        [
          'commitment',
          'salted hash in place of a personal value; the value can be shown later, or erased for ever',
        ],
        [
          'flag',
          'mark set when a step was recorded: facts are recorded even if they are out of order',
        ],
        ['pseudonym', 'random id of an account; the ledger holds no names'],
      ],
      { summary: 'Glossary' },
    );
  });
}
