import { blocksIn, typeErrorsIn } from '../../../test/docs/code-in-docs.js'

const blocks = blocksIn('packages/resource-server/README.md', 'ts')

/** What the page says is the application's own. `passport` is as much of it as the page uses. */
const given = `
import type { Express, RequestHandler } from 'express'
import type { StepUpStrategy } from '@countersign/resource-server/passport'
declare global {
  const app: Express
  const listOrders: RequestHandler
  const pay: (subject: string) => object
  const headers: Record<string, string>
  const redirect: (parameters: Record<string, string>) => void
  const idTokenClaims: { acr?: string; auth_time?: number } | undefined
  const config: ConstructorParameters<typeof StepUpStrategy>[0]['config']
  const passport: { use(name: string, strategy: StepUpStrategy): void; authenticate(name: string, options: object): RequestHandler }
}
`

describe('the README', () => {
  test('compiles against the sources', async () => {
    expect(blocks).toHaveLength(3)
    expect(await typeErrorsIn(blocks, given)).toEqual([])
  }, 180_000)

  test('shows a guarded API in ten lines, imports aside', () => {
    const lines = blocks[0]?.code.split('\n').filter((line) => line !== '' && !line.startsWith('import '))

    expect(lines?.length).toBeLessThanOrEqual(10)
  })
})
