import { ErasureRegister } from '../../src/sealing/privacy-check';
import { refused } from '../../src/sealing/findings';
import { type Context, count, step } from './context';
import { ProvedEntries } from './proved-entries';
import { type Root } from './root';

const ERASURES = 'data/integrity/erasures.jsonl';
const PROOFS = 'data/integrity/erasures-proofs.jsonl';
const PRIVACY_STREAM = /^privacy-_\./u;

/** The events that say what was erased; a pack without erased values has no such file. */
export function checkErasures(context: Context, root: Root | undefined): ErasureRegister {
  const register = new ErasureRegister();
  const { files } = context.pack;
  if (!files.has(ERASURES) && !files.has(PROOFS)) return register;
  const entries = new ProvedEntries(context, ERASURES, PROOFS, root);
  entries.check(({ entry, index, line }) => {
    step(context, { file: ERASURES, line, index }, () => {
      if (!PRIVACY_STREAM.test(entry.stream))
        throw refused('pack-incomplete', `An event of ${entry.stream} is no erasure.`);
    });
    const finding = register.note(entry, index);
    if (finding !== undefined) context.findings.add({ ...finding, file: ERASURES, line });
  });
  count(context, 'erasure events', entries.count);
  return register;
}
