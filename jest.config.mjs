const { COUNTERSIGN_TEST_OIDC_PROVIDER: oidcProvider } = process.env

/** Tests run on the sources: the exports condition `source` leads every workspace import to `src`, so no build is needed. */
export default {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  // Nothing here is judged by its time: on a busy machine a whole sign-in takes more than the usual five seconds.
  testTimeout: 30_000,
  // Modules that were loaded for one suite are never given back: a process that has grown makes room for a fresh one.
  workerIdleMemoryLimit: '1GB',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  testMatch: [
    '<rootDir>/packages/*/test/**/*.test.ts',
    '<rootDir>/examples/*/test/**/*.test.ts',
    '<rootDir>/test/**/*.test.ts',
    '<rootDir>/scripts/**/*.test.ts',
  ],
  modulePathIgnorePatterns: ['/dist/', '<rootDir>/.stryker-tmp/', '<rootDir>/.countersign/'],
  extensionsToTreatAsEsm: ['.ts'],
  // `npm run matrix` says which oidc-provider is meant.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1', ...(oidcProvider && { '^oidc-provider$': oidcProvider }) },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
}
