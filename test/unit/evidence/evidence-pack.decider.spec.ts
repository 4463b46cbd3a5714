import {
  evidencePack,
  type EvidencePackCommand,
} from '../../../evidence/pack/evidence-pack.decider';
import {
  type EvidencePackEvent,
  type PackBuilt,
  type PackFailed,
  type PackRequested,
} from '../../../evidence/pack/evidence-pack.events';

const asked: PackRequested = {
  kind: 'transaction',
  subject: { type: 'invoice', entity: 'E_DE', id: 'INV-1' },
  depth: 6,
  disclose: [],
  purpose: 'Test of controls',
  allowPartial: false,
  requestedBy: 'preparer',
};
const figures = { status: 'complete', sha256: 'ab', bytes: 1 } as PackBuilt;
const failure: PackFailed = { reason: 'totals-disagree', detail: 'They differ.', members: {} };
const taken = { by: 'auditor', keyId: 'k', sha256: 'ab', from: 0, to: 1 };

const requested: EvidencePackEvent = { type: 'evidence-pack.requested', data: asked };
const built: EvidencePackEvent = { type: 'evidence-pack.built', data: figures };
const failed: EvidencePackEvent = { type: 'evidence-pack.failed', data: failure };
const cancelled: EvidencePackEvent = { type: 'evidence-pack.cancelled', data: { by: 'preparer' } };
const downloaded: EvidencePackEvent = { type: 'evidence-pack.downloaded', data: taken };

const given = (...events: readonly EvidencePackEvent[]) =>
  events.reduce((state, event) => evidencePack.evolve(state, event), evidencePack.initial);
const when = (command: EvidencePackCommand, ...events: readonly EvidencePackEvent[]) =>
  evidencePack.decide(command, given(...events));
const refusal = (command: EvidencePackCommand, ...events: readonly EvidencePackEvent[]): string => {
  try {
    when(command, ...events);
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'nothing';
};

const build: EvidencePackCommand = { kind: 'record-built', built: figures };
const fail: EvidencePackCommand = { kind: 'record-failed', failed: failure };
const cancel: EvidencePackCommand = { kind: 'cancel', by: 'preparer' };
const download: EvidencePackCommand = { kind: 'record-download', download: taken };

describe('life of an evidence pack', () => {
  it('begins with a request, once', () => {
    expect(when({ kind: 'request', request: asked })).toEqual([requested]);
    expect(refusal({ kind: 'request', request: asked }, requested)).toBe('state-conflict');
  });

  it('ends with the pack or with the reason why there is none', () => {
    expect(when(build, requested)).toEqual([built]);
    expect(when(fail, requested)).toEqual([failed]);
  });

  it('records one end: a job that ends after another end, or after a cancellation, says nothing', () => {
    for (const end of [built, failed, cancelled]) {
      expect(when(build, requested, end)).toEqual([]);
      expect(when(fail, requested, end)).toEqual([]);
    }
  });

  it('is cancelled only before its end; a second time changes nothing', () => {
    expect(when(cancel, requested)).toEqual([cancelled]);
    expect(when(cancel, requested, cancelled)).toEqual([]);
    expect(refusal(cancel, requested, built)).toBe('state-conflict');
    expect(refusal(cancel, requested, failed)).toBe('state-conflict');
    expect(refusal(cancel)).toBe('not-found');
  });

  it('is downloaded any number of times, once it is built', () => {
    expect(when(download, requested, built)).toEqual([downloaded]);
    expect(when(download, requested, built, downloaded)).toEqual([downloaded]);
    expect(refusal(download, requested)).toBe('state-conflict');
    expect(refusal(download, requested, failed)).toBe('state-conflict');
    expect(refusal(download)).toBe('not-found');
  });
});
