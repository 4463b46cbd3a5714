import { checkpointBody } from '../../src/sealing/checkpoint';
import { refused } from '../../src/sealing/findings';
import { KEYS_STREAM, LEDGER_CREATED } from '../../src/sealing/founding-names';
import { KeyHistory } from '../../src/sealing/key-history';
import { readNote } from '../../src/sealing/note';
import { type Anchored } from './anchors';
import { type Context, step } from './context';
import { checkHeadsOf, type HeadsScope } from './heads';
import { ProvedEntries } from './proved-entries';

const KEYS = 'data/integrity/keys.jsonl';
const KEYS_PROOFS = 'data/integrity/keys-proofs.jsonl';
const KEYS_HEADS = 'data/integrity/keys-heads.json';

/**
 * The ledger's own key events: index 0 names the log's origin and its first key; those after it say who follows.
 *
 * @returns false when the checkpoint's key was lost before it, so that it counts for nothing by itself
 */
export function checkKeys(context: Context, anchored: Anchored, scope: HeadsScope): boolean {
  const { checkpoint } = anchored;
  const entries = new ProvedEntries(context, KEYS, KEYS_PROOFS, scope.root);
  let history = KeyHistory.none;
  entries.check(({ entry, index, line }) => {
    step(context, { file: KEYS, line, index }, () => {
      if (entry.stream !== KEYS_STREAM) {
        throw refused('pack-incomplete', `An event of ${entry.stream} is no key event.`);
      }
      const known = history.findings.length;
      history = history.with({ index, type: entry.type, data: entry.data });
      const finding = history.findings[known];
      if (finding !== undefined) throw refused(finding.code, finding.detail);
      if (entry.revision > 0) return;
      if (index !== 0 || entry.type !== LEDGER_CREATED) {
        throw refused('checkpoint-origin', 'The log does not begin with its founding.');
      }
      if (checkpoint !== undefined && entry.data['origin'] !== checkpoint.origin) {
        throw refused('checkpoint-origin', 'The log was founded under another origin.');
      }
    });
  });
  checkHeadsOf(context, KEYS_HEADS, { chains: entries.chains, stream: KEYS_STREAM }, scope);
  if (entries.count === 0) {
    const detail = 'The founding is missing.';
    context.findings.add({ code: 'pack-incomplete', file: KEYS, detail });
  }
  return checkLines(context, anchored, history);
}

/** Whose lines the checkpoint carries is what the key events in the log say. */
function checkLines(
  context: Context,
  { checkpoint, keys }: Anchored,
  history: KeyHistory,
): boolean {
  if (checkpoint === undefined || keys === undefined || history.windows.length === 0) return true;
  const strange = keys.find(({ vkey }) => !history.windows.some(({ key }) => key.vkey === vkey));
  if (strange !== undefined) {
    const detail = `The log never announced ${strange.vkey}, which signed its checkpoint.`;
    context.findings.add({ code: 'key-handover', file: KEYS, detail });
    return true;
  }
  const { size } = checkpoint;
  const { lines } = readNote(checkpoint.note);
  const body = Buffer.from(checkpointBody(checkpoint));
  const { findings, counted } = history.check({ size, body, lines, isKept: true });
  for (const { code, detail } of findings) context.findings.add({ code, file: KEYS, detail });
  if (findings.length > 0 || counted.length > 0) return true;
  context.notes.push(
    `The key of the checkpoint was lost before size ${size}: it counts only with a cosignature or timestamp.`,
  );
  return false;
}
