import { isTieoutError } from '../../../src/kernel/errors';
import { policyText, readPolicy } from '../../../src/sealing/policy-file';
import { RECOVERY_VKEY, VKEY, WITNESS_VKEY } from '../../support/log-example';

const WITNESS = `witness w1 ${WITNESS_VKEY}\n`;

function refusal(text: string): string {
  try {
    readPolicy(text);
  } catch (error) {
    if (isTieoutError(error, 'proof-invalid')) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('a policy file', () => {
  it('names a log, its witnesses, a group of them and the quorum', () => {
    const policy = readPolicy(
      `# ours\n\nlog ${VKEY}\n${WITNESS}group g1 any w1\ngroup g2 all w1 g1\nquorum g2\n`,
    );
    expect(policy.logs.map((log) => log.name)).toEqual(['tieout.example/acme']);
    expect([...policy.witnesses.keys()]).toEqual(['w1']);
    expect(policy.groups.get('g2')).toEqual({ threshold: 2, members: ['w1', 'g1'] });
    expect(policy.quorum).toBe('g2');
  });

  it('is written for one log without witnesses', () => {
    expect(readPolicy(policyText(VKEY))).toMatchObject({ quorum: 'none' });
  });

  it.each([
    ['no quorum', `log ${VKEY}\n`, 'no quorum'],
    ['two quorums', `log ${VKEY}\nquorum none\nquorum none\n`, 'second quorum'],
    ['no log', 'quorum none\n', 'names no log'],
    ['an unknown word', `log ${VKEY}\ntrust me\nquorum none\n`, 'Line 2'],
    ['a quorum that is not defined above', `log ${VKEY}\nquorum w1\n`, 'not defined above'],
    [
      'a member that is not defined above',
      `log ${VKEY}\ngroup g any w1\n${WITNESS}quorum g\n`,
      'not defined above',
    ],
    [
      'one key for two names',
      `log ${VKEY}\n${WITNESS}witness w2 ${WITNESS_VKEY}\nquorum w1\n`,
      'stands above',
    ],
    [
      'one name for two things',
      `log ${VKEY}\n${WITNESS}group w1 any w1\nquorum w1\n`,
      'no new name',
    ],
    [
      'more members asked for than there are',
      `log ${VKEY}\n${WITNESS}group g 2 w1\nquorum g\n`,
      'more members',
    ],
    ['a member twice', `log ${VKEY}\n${WITNESS}group g 2 w1 w1\nquorum g\n`, 'member twice'],
    [
      'the key of a log as a witness',
      `log ${VKEY}\nwitness w1 ${RECOVERY_VKEY}\nquorum w1\n`,
      'no key of a witness',
    ],
    ['the key of a witness as a log', `log ${WITNESS_VKEY}\nquorum none\n`, 'no key of a log'],
    ['a broken key', `log ${VKEY.slice(0, -1)}\nquorum none\n`, 'Not a verifier key'],
  ])('is refused with %s', (_, text, why) => {
    expect(refusal(text)).toContain(why);
  });
});
