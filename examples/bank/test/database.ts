import { randomBytes } from 'node:crypto'

const server = process.env.COUNTERSIGN_TEST_MONGO_URL

/** The address of a database of its own on the server that the run of the tests has, if there is one. */
export function aDatabaseUrl(): string | undefined {
  return server && new URL(`bank-${randomBytes(6).toString('hex')}`, server).href
}

/** Runs a suite on a database where there is a server; without one the suite shows as skipped. */
export const onDatabase = server ? describe : describe.skip
