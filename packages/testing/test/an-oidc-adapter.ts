import type { OidcAdapterUnderTest, OidcPayload } from '@countersign/testing'

type Kept = Readonly<{
  model: string
  id: string
  payload: OidcPayload
  text: string
  endsAt: number
  order: number
}> & {
  consumed?: number
}

/** The least that keeps the contract, on a map: one for each place. */
export function anOidcMemory(): (model: string) => OidcAdapterUnderTest {
  const kept = new Map<string, Kept>()
  let order = 0

  return (model) => {
    const read = (one: Kept | undefined): OidcPayload | undefined =>
      one && { ...JSON.parse(one.text), ...(one.consumed && { consumed: one.consumed }) }
    const newestBy = (column: string, value: string) =>
      [...kept.values()]
        .filter((one) => one.model === model && one.payload[column] === value)
        .sort((one, other) => other.order - one.order)[0]

    return {
      async upsert(id, payload, expiresIn = Number.POSITIVE_INFINITY) {
        const before = kept.get(`${model}:${id}`)
        if (model === 'ReplayDetection' && before && before.endsAt > Date.now()) throw refusal('invalid_request')
        kept.set(`${model}:${id}`, {
          model,
          id,
          payload: { ...payload },
          text: JSON.stringify(payload),
          endsAt: Date.now() + expiresIn * 1000,
          order: order++,
          ...(before?.consumed && { consumed: before.consumed }),
        })
      },
      find: async (id) => read(kept.get(`${model}:${String(id)}`)),
      findByUid: async (uid) => read(newestBy('uid', uid)),
      findByUserCode: async (userCode) => read(newestBy('userCode', userCode)),
      async consume(id) {
        const one = kept.get(`${model}:${id}`)
        if (!one || one.consumed)
          throw refusal(model === 'PushedAuthorizationRequest' ? 'invalid_request_uri' : 'invalid_grant')
        one.consumed = Math.floor(Date.now() / 1000)
      },
      destroy: async (id) => void kept.delete(`${model}:${String(id)}`),
      async revokeByGrantId(grantId) {
        for (const [key, one] of kept) if (one.model === model && one.payload.grantId === grantId) kept.delete(key)
      },
    }
  }
}

function refusal(error: string): Error {
  return Object.assign(new Error(error), { error, statusCode: 400, expose: true })
}
