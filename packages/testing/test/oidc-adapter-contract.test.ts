import { oidcAdapterContract } from '@countersign/testing'
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js'
import { anOidcMemory } from './an-oidc-adapter.js'

describe('a map keeps the contract of an adapter', () => {
  oidcAdapterContract({
    test,
    describe,
    makeAdapters: async () => ({ adapter: anOidcMemory(), stop: async () => {} }),
  })
})

test('the memory that oidc-provider brings along shares its objects and stops no second use; the rest it keeps', async () => {
  const broken: string[] = []
  const clauses: Promise<void>[] = []
  oidcAdapterContract({
    test: (title, body) => clauses.push(body().catch(() => void broken.push(title))),
    makeAdapters: async () => ({ adapter: createMemoryAdapter(15), stop: async () => {} }),
  })
  await Promise.all(clauses)

  expect(broken.sort()).toEqual([
    'a proof that is shown many times at once is accepted once',
    'a proof that was seen is not seen for the first time again',
    'a second use is refused',
    'of many uses at once one succeeds',
    'the end of a grant takes the records of this model and of this grant',
    'the use of what is not there is refused',
    'what the caller changes afterwards is not stored',
    'what was used stays and says so, so that its use again is noticed',
  ])
})

test('without a dump nothing is said of what a thief reads', () => {
  const titles: string[] = []
  oidcAdapterContract({
    test: (title) => titles.push(title),
    makeAdapters: async () => ({ adapter: anOidcMemory(), stop: async () => {} }),
  })

  expect(titles.filter((title) => title.includes('dump'))).toEqual([])
})
