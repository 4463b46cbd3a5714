/** The import rules of docs/explanation/architecture.md, kept by `npm run check` and a test. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'kernel-is-pure',
      severity: 'error',
      from: { path: '^src/kernel' },
      to: { pathNot: '^(src/kernel|crypto$|node:crypto$)' },
    },
    {
      name: 'pure-files-stay-pure',
      severity: 'error',
      from: { path: '\\.(decider|policy|events)\\.ts$' },
      to: {
        pathNot: [
          '^src/kernel',
          '\\.(decider|policy|events)\\.ts$',
          '\\.json$',
          '^(node:)?crypto$',
        ],
      },
    },
    {
      name: 'sqlite-driver-in-two-places',
      severity: 'error',
      from: { pathNot: '^(src/event-store/sqlite|projections/read-model|bench|test)' },
      to: { path: 'node_modules/(@types/)?better-sqlite3' },
    },
    {
      name: 'kurrentdb-client-in-one-place',
      severity: 'error',
      from: { pathNot: '^(src/event-store/kurrentdb|test|bench)' },
      to: { path: 'node_modules/@eventstore' },
    },
    {
      name: 'merkle-tools-in-one-file',
      severity: 'error',
      from: { pathNot: '^(evidence/pack/items-tree\\.ts|test)' },
      to: { path: 'node_modules/merkle-tools' },
    },
    {
      name: 'projections-do-not-command',
      severity: 'error',
      from: { path: '^projections' },
      to: { path: ['\\.decider\\.ts$', '\\.command\\.ts$', '^src/commanding'] },
    },
    {
      name: 'verifier-has-no-dependencies',
      severity: 'error',
      from: { path: '^evidence/verify' },
      to: {
        dependencyTypes: [
          'npm',
          'npm-dev',
          'npm-optional',
          'npm-peer',
          'npm-no-pkg',
          'npm-unknown',
        ],
      },
    },
    {
      name: 'verifier-shares-pure-code-only',
      severity: 'error',
      from: { path: '^evidence/verify' },
      to: { path: '^(src|projections|evidence/pack)', pathNot: '^src/(kernel|sealing)/' },
    },
    {
      name: 'src-does-not-import-tests',
      severity: 'error',
      from: { path: '^(src|projections|evidence)' },
      to: { path: '^(test|bench)' },
    },
    {
      name: 'kernel-below-all',
      severity: 'error',
      from: { path: '^(src/(event-store|sealing|commanding))', pathNot: '\\.controller\\.ts$' },
      to: { path: '^(projections|evidence|src/(ingestion|controls|reconciliation|http))' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['require', 'node', 'default', 'types'],
    },
  },
};
