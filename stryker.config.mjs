import { mutatedRooms } from './scripts/mutation-rooms.mjs'

const rooms = mutatedRooms()
const report = `reports/mutation/${rooms.join('-')}`

/** `npm run mutation`: changes the rooms that decide, one place at a time, and asks the tests whether they notice. */
export default {
  packageManager: 'pnpm',
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: { projectType: 'custom', configFile: 'jest.mutation.config.mjs', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  // TypeScript 7 has no programming interface that Stryker could read it by, and nothing here is compiled.
  tsconfigFile: 'none.json',
  mutate: rooms.map((room) => `packages/core/src/${room}/*.ts`),
  ignorePatterns: ['/examples', '/docs', '/test', '/reports', '.countersign', '**/dist'],
  concurrency: 1,
  // Jest loads modules anew for each mutant and keeps what it loaded: a fresh process now and then is quicker than a full one.
  maxTestRunnerReuse: 20,
  timeoutMS: 60_000,
  incremental: true,
  incrementalFile: `${report}.incremental.json`,
  reporters: ['clear-text', 'json', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: `${report}.json` },
  tempDirName: '.stryker-tmp',
}
