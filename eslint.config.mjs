import tseslint from 'typescript-eslint';

/** Files that may read the clock, make ids or draw random numbers: the composition roots. */
const compositionRoots = [
  'src/main.ts',
  'src/cli.ts',
  'src/app.module.ts',
  'src/*.worker.ts',
  'src/system.ts',
  'src/cli/**',
  'bench/**',
  'test/**',
];

const noAmbient = [
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'Take a Clock.',
  },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Take a Clock.' },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Take a Randomness.',
  },
  { selector: "Identifier[name='randomUUID']", message: 'Take a Randomness.' },
  { selector: "Identifier[name='randomBytes']", message: 'Take a Randomness.' },
  { selector: "MemberExpression[property.name='localeCompare']", message: 'Order by bytes.' },
];

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'coverage'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    // Constructor parameters keep their classes at run time: an import that only looks like a type is a value there.
    languageOptions: {
      parserOptions: { emitDecoratorMetadata: true, experimentalDecorators: true },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      'no-restricted-syntax': ['error', ...noAmbient],
      'no-restricted-exports': [
        'error',
        { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } },
      ],
      'max-depth': ['error', 4],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'max-lines': ['error', 300],
    },
  },
  {
    files: compositionRoots,
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['test/**', 'bench/**'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', 'max-lines-per-function': 'off' },
  },
  { files: ['**/*.js', '**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
