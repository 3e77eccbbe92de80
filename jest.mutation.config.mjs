import everything from './jest.config.mjs'
import { judgesOf, mutatedRooms } from './scripts/mutation-rooms.mjs'

/** The suites that judge the mutants of the chosen rooms. */
export default {
  ...everything,
  rootDir: import.meta.dirname,
  testMatch: mutatedRooms().flatMap((room) =>
    judgesOf[room].map((suite) => `<rootDir>/packages/core/test/${suite}.test.ts`),
  ),
  // Stryker works on a copy; links in node_modules would lead back to the original.
  moduleNameMapper: {
    ...everything.moduleNameMapper,
    '^@countersign/([a-z-]+)$': '<rootDir>/packages/$1/src/index.ts',
    '^@countersign/([a-z-]+)/([a-z-]+)$': '<rootDir>/packages/$1/src/$2.ts',
  },
  modulePathIgnorePatterns: ['/dist/'],
}
