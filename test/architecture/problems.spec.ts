import ts from 'typescript';
import { PROBLEMS } from '../../src/http/problem-table';
import { parsed, read } from '../support/repository';

/** Members of a union of strings in errors.ts, unions that it names included. */
function codesOf(union: string): string[] {
  const path = 'src/kernel/errors.ts';
  const { statements } = parsed({ path, text: read(path) });
  const found = statements.find(
    (s): s is ts.TypeAliasDeclaration => ts.isTypeAliasDeclaration(s) && s.name.text === union,
  );
  if (found === undefined || !ts.isUnionTypeNode(found.type))
    throw new Error(`${path} has no union ${union}`);
  return found.type.types.flatMap((type) => {
    if (ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)) return [type.literal.text];
    return codesOf(type.getText());
  });
}

const PAGE = read('docs/reference/problems.md');
const ENTRY = /^### `([a-z0-9-]+)`\n\n([0-9]{3}), [a-z ]+ \(([nsr])\)/gm;
const documented = [...PAGE.matchAll(ENTRY)].map(([, code = '', status, retry]) => ({
  code,
  status: Number(status),
  retry,
}));

describe('problem codes', () => {
  it('each have one entry in the reference, and the reference has no other', () => {
    expect(documented.map(({ code }) => code).sort()).toEqual(codesOf('ProblemCode').sort());
  });

  it('have the status and the retry rule that the reference says', () => {
    expect(documented.length).toBeGreaterThan(40);
    const served = documented.map(({ code }) => {
      const { status, retry } = PROBLEMS[code as keyof typeof PROBLEMS];
      return { code, status, retry };
    });
    expect(served).toEqual(documented);
  });

  it('that never leave the service are no problem codes', () => {
    const outside = new Set(codesOf('ProblemCode'));
    const inside = codesOf('InternalCode');
    expect(inside).toContain('store-corrupt');
    expect(inside.filter((code) => outside.has(code))).toEqual([]);
  });

  it('are kebab-case', () => {
    expect(codesOf('ErrorCode').filter((code) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code))).toEqual(
      [],
    );
  });
});
