import { linkOf, rootsOf } from '../../../src/controls/lineage.policy';
import { type RelatedRole } from '../../../src/kernel/entry';

const link = (type: string, otherType: string, role: RelatedRole) =>
  linkOf('this', type, { type: otherType, id: 'x', role }, 'that');

describe('links between documents', () => {
  it('run from the later to the earlier document, whichever of the two reports them', () => {
    const fromInvoice = { child: 'that', parent: 'this' };
    expect(link('invoice', 'payment', 'settles')).toEqual(fromInvoice);
    expect(link('payment', 'invoice', 'settles')).toEqual({ child: 'this', parent: 'that' });
  });

  it('between documents of one type follow the role', () => {
    expect(link('payment', 'payment', 'replaces')).toEqual({ child: 'this', parent: 'that' });
    expect(link('payment', 'payment', 'part-of')).toEqual({ child: 'that', parent: 'this' });
  });

  it('are not made by master data', () => {
    expect(link('invoice', 'supplier', 'supplier')).toBeUndefined();
    expect(link('requisition', 'budget', 'part-of')).toBeUndefined();
    expect(link('supplier', 'invoice', 'invoice')).toBeUndefined();
  });

  it('are not made by an object with itself', () => {
    const related = { type: 'invoice', id: 'x', role: 'replaces' } as const;
    expect(linkOf('this', 'invoice', related, 'this')).toBeUndefined();
  });

  it('to an object type that only a contract knows follow the role', () => {
    expect(link('rental-return', 'invoice', 'reverses')).toEqual({ child: 'this', parent: 'that' });
    expect(link('constructor', 'invoice', 'invoice')).toEqual({ child: 'this', parent: 'that' });
  });
});

describe('root documents', () => {
  const roots = (links: Readonly<Record<string, readonly string[]>>, object: string) =>
    rootsOf(object, (one) => links[one] ?? []);

  it('of a document that comes from nothing is the document itself', () => {
    expect(roots({}, 'order')).toEqual(['order']);
  });

  it('are found through several documents', () => {
    const links = {
      order: ['demand'],
      receipt: ['order'],
      invoice: ['order', 'receipt'],
      payment: ['invoice'],
    };
    expect(roots(links, 'payment')).toEqual(['demand']);
  });

  it('are several for a batch', () => {
    const links = { batch: ['invoice2', 'invoice1'], invoice1: ['order1'], invoice2: ['order2'] };
    expect(roots(links, 'batch')).toEqual(['order1', 'order2']);
  });

  it('of documents in a circle is the first of them, seen from each', () => {
    const links = { b: ['c'], c: ['d'], d: ['b'], after: ['c'] };
    for (const object of ['b', 'c', 'd', 'after']) expect(roots(links, object)).toEqual(['b']);
  });

  it('of a circle that comes from something is that something', () => {
    expect(roots({ b: ['c'], c: ['b', 'root'] }, 'b')).toEqual(['root']);
  });

  it('of a circle and of a chain are both', () => {
    expect(roots({ x: ['a', 'c'], c: ['d'], d: ['c'], a: ['z'] }, 'x')).toEqual(['c', 'z']);
  });

  it('are found at the end of a chain longer than the call stack', () => {
    const last = 200_000;
    expect(rootsOf('0', (n) => (Number(n) < last ? [String(Number(n) + 1), '1'] : []))).toEqual([
      String(last),
    ]);
  });
});
