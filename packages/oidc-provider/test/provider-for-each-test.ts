import { aProvider, type ProviderParts, type TestProvider } from './a-provider.js'

/** Makes providers that are stopped after the test which made them. */
export function providerForEachTest(): (parts?: ProviderParts) => Promise<TestProvider> {
  const running: TestProvider[] = []
  afterEach(async () => {
    for (const op of running.splice(0)) await op.stop()
  })
  return async (parts) => {
    const op = await aProvider(parts)
    running.push(op)
    return op
  }
}
