import { hex, leafHash, nodeHash } from '../../../src/kernel/hash';
import { extendRoot } from '../../../src/sealing/extend-root';
import { Frontier } from '../../../src/sealing/frontier';
import { rootOf } from '../../../src/sealing/merkle-log';

/** The 8 leaves of the Certificate Transparency reference tree (transparency-dev/merkle, Apache-2.0). */
const INPUTS = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
/** Roots over the leaves `leaf 0`, `leaf 1` … (golang/mod sumdb/tlog, BSD-3-Clause). */
const LEAF_N_ROOTS: readonly (readonly [number, string])[] = [
  [1, '1bb97dcc21635d47e2663efdfd0a174686d98dd701352dd2cd06e8b43fd3d305'],
  [7, '5a61fc2b54f9cfa71774f2432143dd40c6cb2b11947faf65a7d3da5cb65199c8'],
  [100, '13f88915c560dc911a1da0fb209d84a20971051f294ebeb428fb3fc293af2743'],
  [255, 'd71592a219d4067663eede247f9b54c3f9e0290682d55de09b495b07f1de41c9'],
  [256, 'cf5effdb11d0927a2edf53b0e73c7837f659414e00537da5d90eb5c4c49ff274'],
  [257, '855b936aa00cb98b5114484249ad39d78a6be93623e26c01e8e487dc02184a5a'],
  [513, '4ba70f09ee79d5b5bb445f3500eae18b2713986edd43650b5cec2decc763b43f'],
];

const leaves = INPUTS.map((text) => leafHash(Buffer.from(text, 'hex')));

describe('the reference tree of 8 leaves', () => {
  it.each(ROOTS.map((root, size) => ({ size, root })))(
    'has the published root at size $size by all three ways',
    ({ size, root }) => {
      const frontier = Frontier.empty();
      leaves.slice(0, size).forEach((leaf) => frontier.append(leaf));
      expect(hex(frontier.root())).toBe(root);
      expect(hex(rootOf(leaves, 0, size))).toBe(root);
      expect(hex(extendRoot(0, [], leaves.slice(0, size)))).toBe(root);
    },
  );

  it('does not take a leaf of left ‖ right for the node over both', () => {
    const [left, right] = leaves as [Uint8Array, Uint8Array];
    expect(hex(nodeHash(left, right))).toBe(ROOTS[2]);
    expect(hex(leafHash(Buffer.concat([left, right])))).toBe(
      '3fa13040794802ef854096500f3ea3b85b4301b0ece339e91ed7c836185b4832',
    );
  });
});

describe('a log of numbered leaves', () => {
  it.each(LEAF_N_ROOTS)('has the published root at size %i', (size, root) => {
    const numbered = Array.from({ length: size }, (_, i) => leafHash(Buffer.from(`leaf ${i}`)));
    const frontier = Frontier.empty();
    numbered.forEach((leaf) => frontier.append(leaf));
    expect(hex(frontier.root())).toBe(root);
    expect(hex(extendRoot(0, [], numbered))).toBe(root);
  });
});
