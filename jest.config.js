const self = (path) => `<rootDir>/${path}`

/** @type {import('jest').Config} */
export default {
  testEnvironment: '<rootDir>/test/support/environment.js',
  globalSetup: '<rootDir>/test/support/memory-begin.js',
  globalTeardown: '<rootDir>/test/support/memory-end.js',
  reporters: ['default', '<rootDir>/test/support/summary.js'],
  testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/packages/*/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^inotify-ts/native$': self('packages/inotify-ts/src/native.ts'),
    '^inotify-ts$': self('packages/inotify-ts/src/index.ts'),
    '^deadbeat$': self('lib/movement/index.ts'),
    '^deadbeat/cogs/(.*)$': self('cogs/$1.ts'),
    '^deadbeat/(app|conf|log|daemon|items|runner|rx|testing|wire)$': self('lib/$1/index.ts'),
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  coverageProvider: 'babel',
  // In processes of their own even on a small machine: what a failed test leaves open ends with them.
  maxWorkers: 3,
  // Modules of a file that was run are never freed: a process that has grown so large makes room for a fresh one.
  workerIdleMemoryLimit: '1GB',
  // One that waits for its turn for half a second has no open handles.
  workerGracefulExitTimeout: 5000,
  // On a busy machine a process may have to wait for its turn.
  testTimeout: 180_000,
}
