import ts from 'typescript';
import {
  isCompositionRoot,
  nodesOf,
  parsed,
  placeOf,
  sourceFiles,
  type SourceFile,
} from '../support/repository';

const files = sourceFiles();
const product = files.filter(({ path }) => !/^(test|bench)\//.test(path));
const specs = files.filter(({ path }) => path.endsWith('.spec.ts'));

/** Where a node of these files is one that must not be. */
function placesOf(among: readonly SourceFile[], isBanned: (node: ts.Node) => boolean): string[] {
  const places: string[] = [];
  for (const source of among) {
    const file = parsed(source);
    for (const node of nodesOf(file)) if (isBanned(node)) places.push(placeOf(file, node));
  }
  return places;
}

const isMember = (node: ts.Node, object: string, name: string): boolean =>
  ts.isPropertyAccessExpression(node) &&
  node.expression.getText() === object &&
  node.name.text === name;

describe('calls that are not made', () => {
  it('clock, ids and randomness come in as parameters outside the composition roots', () => {
    const inner = product.filter(({ path }) => !isCompositionRoot(path));
    expect(inner.length).toBeGreaterThan(100);
    const banned = (node: ts.Node): boolean =>
      isMember(node, 'Date', 'now') ||
      isMember(node, 'Math', 'random') ||
      isMember(node, 'performance', 'now') ||
      isMember(node, 'process', 'hrtime') ||
      (ts.isNewExpression(node) &&
        node.expression.getText() === 'Date' &&
        (node.arguments?.length ?? 0) === 0) ||
      (ts.isIdentifier(node) &&
        ['randomUUID', 'randomBytes', 'randomInt', 'randomFillSync'].includes(node.text));
    expect(placesOf(inner, banned)).toEqual([]);
  });

  it('nothing depends on the locale of the machine', () => {
    const banned = (node: ts.Node): boolean =>
      ts.isPropertyAccessExpression(node) &&
      /^(localeCompare|toLocale[A-Z]\w*)$/.test(node.name.text);
    expect(placesOf(product, banned)).toEqual([]);
  });

  it('the environment is read by the configuration and the composition roots', () => {
    const inner = product.filter(
      ({ path }) => !isCompositionRoot(path) && !path.startsWith('src/config/'),
    );
    expect(placesOf(inner, (node) => isMember(node, 'process', 'env'))).toEqual([]);
  });

  it('an error is recognised by its code, never by its class or its message', () => {
    const banned = (node: ts.Node): boolean =>
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword &&
      node.right.getText() === 'TieoutError';
    expect(placesOf(product, banned)).toEqual([]);
  });

  it('SQL is put together from constants only', () => {
    const banned = (node: ts.Node): boolean =>
      (ts.isTemplateExpression(node) &&
        isSql(node.head.text) &&
        !node.templateSpans.every(({ expression }) => isConstantSql(expression))) ||
      (ts.isBinaryExpression(node) &&
        node.operatorToken.kind === ts.SyntaxKind.PlusToken &&
        ts.isStringLiteralLike(node.left) &&
        isSql(node.left.text)) ||
      // Clauses of a list's optional conditions are constants too, with their values bound by name.
      (ts.isCallExpression(node) &&
        /^(new Conditions\(\)|conditions)(\s*\.add\(.*)?\s*\.add$/s.test(
          node.expression.getText(),
        ) &&
        !isConstantClause(node.arguments[0]));
    expect(placesOf(product, banned)).toEqual([]);
  });

  it('@nestjs/cqrs dispatches commands and queries, no more', () => {
    const banned = (node: ts.Node): boolean =>
      ts.isImportSpecifier(node) &&
      /^(EventBus|EventPublisher|AggregateRoot|Saga|EventsHandler)$/.test(node.name.text) &&
      node.parent.parent.parent.moduleSpecifier.getText().includes('@nestjs/cqrs');
    expect(placesOf(product, banned)).toEqual([]);
  });

  it('no test is skipped, singled out, repeated or mocked, and none sleeps', () => {
    expect(specs.length).toBeGreaterThan(30);
    const banned = (node: ts.Node): boolean =>
      (ts.isPropertyAccessExpression(node) &&
        /^(it|test|describe|jest)$/.test(node.expression.getText()) &&
        /^(skip|only|todo|failing|retryTimes|mock|doMock|spyOn)$/.test(node.name.text)) ||
      (ts.isCallExpression(node) &&
        /^(xit|xdescribe|xtest|fit|fdescribe|sleep|delay)$/.test(node.expression.getText()));
    expect(placesOf(specs, banned)).toEqual([]);
  });
});

function isSql(text: string): boolean {
  return /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s/.test(text);
}

/** A constant such as a list of columns, or the conditions that `Conditions` joined from literals. */
function isConstantSql(expression: ts.Expression): boolean {
  return /^([A-Z][A-Z0-9_]*|conditions\.where)$/.test(expression.getText());
}

const isConstantClause = (clause: ts.Expression | undefined): boolean =>
  clause !== undefined && (ts.isStringLiteralLike(clause) || isConstantSql(clause));
