import { type Privacy } from '../../../src/privacy';
import { openPrivacyIn } from '../../support/privacy';
import { temporaryFolder } from '../../support/temporary-folder';

describe('pseudonyms', () => {
  const newFolder = temporaryFolder();
  let folder: string;
  let privacy: Privacy;
  beforeEach(() => {
    folder = newFolder();
    privacy = openPrivacyIn(folder);
  });
  afterEach(() => privacy.close());
  const reopen = () => {
    privacy.close();
    privacy = openPrivacyIn(folder, { seed: 'another run' });
  };

  it('are random, with a prefix that tells the kind', () => {
    const { pseudonyms } = privacy;
    expect(pseudonyms.of('erp', 'kmeier', 'person')).toMatch(/^per-[0-9a-f]{12}$/);
    expect(pseudonyms.of('erp', 'BATCH', 'service')).toMatch(/^svc-[0-9a-f]{12}$/);
    expect(pseudonyms.of('erp', 'SAP', 'system')).toMatch(/^sys-[0-9a-f]{12}$/);
  });

  it('are the same for one account of one system, whatever kind a later event calls it', () => {
    const { pseudonyms } = privacy;
    const first = pseudonyms.of('erp', 'kmeier', 'person');
    expect(pseudonyms.of('erp', 'kmeier', 'service')).toBe(first);
    expect(pseudonyms.of('bank', 'kmeier', 'person')).not.toBe(first);
  });

  it('are kept when the service starts again', () => {
    const first = privacy.pseudonyms.of('erp', 'kmeier', 'person');
    reopen();
    expect(privacy.pseudonyms.of('erp', 'kmeier', 'person')).toBe(first);
    expect(privacy.pseudonyms.knownAs('erp', 'kmeier')).toBe(first);
    expect(privacy.pseudonyms.accountOf(first)).toEqual({ system: 'erp', account: 'kmeier' });
  });

  it('are given to many accounts at once, in order, and to one only once', () => {
    const { pseudonyms } = privacy;
    const known = pseudonyms.of('erp', 'a', 'person');
    const ids = pseudonyms.ofAll([
      { system: 'erp', account: 'b', kind: 'person' },
      { system: 'erp', account: 'a', kind: 'person' },
      { system: 'erp', account: 'b', kind: 'person' },
    ]);
    expect(ids).toEqual([pseudonyms.knownAs('erp', 'b'), known, pseudonyms.knownAs('erp', 'b')]);
    expect(new Set(ids).size).toBe(2);
  });

  it('are not made by asking for them', () => {
    expect(privacy.pseudonyms.knownAs('erp', 'kmeier')).toBeUndefined();
    expect(privacy.pseudonyms.accountOf('per-000000000000')).toBeUndefined();
  });

  it('are drawn again when another account has the same', () => {
    const first = privacy.pseudonyms.of('erp', 'a', 'person');
    privacy.close();
    // The same seed draws the same number for the next new account.
    privacy = openPrivacyIn(folder);
    const second = privacy.pseudonyms.of('erp', 'b', 'person');
    expect(second).toMatch(/^per-[0-9a-f]{12}$/);
    expect(second).not.toBe(first);
  });

  it('that were rolled back are not remembered', () => {
    const lost = new Error('the append was given up');
    expect(() =>
      privacy.together(() => {
        privacy.pseudonyms.of('erp', 'kmeier', 'person');
        privacy.pseudonyms.of('erp', 'kmeier', 'person');
        throw lost;
      }),
    ).toThrow(lost);
    expect(privacy.pseudonyms.knownAs('erp', 'kmeier')).toBeUndefined();
  });
});
