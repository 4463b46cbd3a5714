const base = require('./jest.config');

/**
 * Suites that need tools beside Node: strace, Go, openssl, faketime (CONTRIBUTING.md names the packages). They are left
 * out of `npm test` by their name and never skipped here: without its tool a suite fails and says what to install.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...base,
  testMatch: ['<rootDir>/test/**/*.tools.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
