import { readConnectionString } from '../../../src/event-store/kurrentdb';

const PASSWORD = 'ge:heim@/?';
const SECRET = encodeURIComponent(PASSWORD);

describe('a connection string', () => {
  it('names one node, the seeds of a cluster, or a name to discover them by', () => {
    expect(readConnectionString('esdb://localhost:2113?tls=false')).toMatchObject({
      hosts: [{ address: 'localhost', port: 2113 }],
      discover: false,
      tls: false,
      account: undefined,
    });
    expect(readConnectionString('kurrentdb://h1,h2:2115,h3')).toMatchObject({
      hosts: [
        { address: 'h1', port: 2113 },
        { address: 'h2', port: 2115 },
        { address: 'h3', port: 2113 },
      ],
      tls: true,
    });
    expect(readConnectionString('esdb+discover://db.example/')).toMatchObject({ discover: true });
  });

  it('carries an account and the files of certificates', () => {
    const text = `esdb://tieout:${SECRET}@h?tls=true&tlsCAFile=%2Fca.pem&userCertFile=c&userKeyFile=k`;
    expect(readConnectionString(text)).toMatchObject({
      account: { username: 'tieout', password: PASSWORD },
      tlsCaFile: '/ca.pem',
      userCertFile: 'c',
      userKeyFile: 'k',
    });
  });

  it.each([
    ['another scheme', `http://u:${SECRET}@h`, /begins with/],
    ['no host', `esdb://u:${SECRET}@`, /names hosts/],
    ['an IPv6 literal', `esdb://u:${SECRET}@[::1]:2113`, /IPv6/],
    ['a port that is none', `esdb://u:${SECRET}@h:99999`, /names hosts/],
    ['an unknown option', `esdb://u:${SECRET}@h?maxRetries=3`, /has an option/],
    ['an option that has no effect', `esdb://u:${SECRET}@h?tlsVerifyCert=false`, /no effect/],
    ['an option twice', `esdb://u:${SECRET}@h?tls=true&tls=true`, /twice/],
    ['a flag that is none', `esdb://u:${SECRET}@h?tls=maybe`, /true or false/],
    ['half a client certificate', `esdb://u:${SECRET}@h?userCertFile=c`, /together/],
    ['certificates without TLS', `esdb://u:${SECRET}@localhost?tls=false&tlsCAFile=c`, /ignore/],
    ['no TLS to another machine', `esdb://u:${SECRET}@h?tls=false`, /TIEOUT_KURRENTDB_INSECURE/],
    ['a user without password', `esdb://${SECRET}@h`, /user:password/],
    ['a broken encoding', `esdb://u:%zz${SECRET}@h`, /percent/],
  ])('with %s is refused, and the refusal keeps the password', (_name, text, says) => {
    const refused = () => readConnectionString(text);
    expect(refused).toThrow(expect.objectContaining({ code: 'configuration' }));
    expect(refused).toThrow(says);
    expect(refused).not.toThrow(new RegExp('heim'));
  });

  it('may go without TLS to another machine where that was said to be meant', () => {
    expect(readConnectionString('esdb://h?tls=false', true)).toMatchObject({ tls: false });
  });
});
