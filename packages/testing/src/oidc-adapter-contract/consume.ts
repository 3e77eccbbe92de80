import assert from 'node:assert/strict'
import type { OidcClause } from '../oidc-adapter-contract.js'
import { anId, aPayload, found, put, usedOnce } from './an-artefact.js'

const atOnce = 8

/** What is used once, however many try at the same time. */
export function consumeContract(clause: OidcClause): void {
  clause('what was used stays and says so, so that its use again is noticed', async ({ adapter }) => {
    for (const model of usedOnce) {
      const { id, payload } = await put(adapter(model), { grantId: anId() })
      await adapter(model).consume(id)

      const { consumed, ...rest } = await found(adapter(model), id)
      assert.ok(typeof consumed === 'number' && consumed > 1_600_000_000, 'consumed is no time in seconds')
      assert.deepEqual(rest, payload)
    }
  })

  clause('what was not used does not say so', async ({ adapter }) => {
    const { id } = await put(adapter('RefreshToken'))

    assert.ok(!(await found(adapter('RefreshToken'), id)).consumed)
  })

  clause('a second use is refused', async ({ adapter }) => {
    for (const model of usedOnce) {
      const { id } = await put(adapter(model))
      await adapter(model).consume(id)

      await assert.rejects(adapter(model).consume(id), { error: refusalOf(model), statusCode: 400, expose: true })
    }
  })

  clause('the use of what is not there is refused', async ({ adapter }) => {
    for (const model of usedOnce)
      await assert.rejects(adapter(model).consume(anId()), { error: refusalOf(model), statusCode: 400, expose: true })
  })

  clause('of many uses at once one succeeds', async ({ adapter, other = adapter }) => {
    for (const model of usedOnce) {
      const { id } = await put(adapter(model))
      const uses = await volley((turn) => (turn % 2 ? adapter : other)(model).consume(id))

      assert.equal(uses.succeeded, 1)
      assert.deepEqual(
        uses.errors,
        Array.from({ length: atOnce - 1 }, () => refusalOf(model)),
      )
    }
  })

  clause('a proof that was seen is not seen for the first time again', async ({ adapter }) => {
    const seen = adapter('ReplayDetection')
    const { id } = await put(seen, { iss: 'app' })

    await assert.rejects(seen.upsert(id, aPayload(id, { iss: 'app' }), 60), { statusCode: 400, expose: true })
  })

  clause('a proof that is shown many times at once is accepted once', async ({ adapter, other = adapter }) => {
    const id = anId()
    const { succeeded } = await volley((turn) =>
      (turn % 2 ? adapter : other)('ReplayDetection').upsert(id, aPayload(id, { iss: 'app' }), 60),
    )

    assert.equal(succeeded, 1)
  })

  clause('a proof whose record is past may be shown', async ({ adapter }) => {
    const seen = adapter('ReplayDetection')
    const id = anId()
    await seen.upsert(id, { ...aPayload(id), exp: 1_000_000_000 }, -3600)
    const fresh = aPayload(id, { iss: 'app' })
    await seen.upsert(id, fresh, 60)

    assert.deepEqual(await seen.find(id), fresh)
  })
}

/** RFC 6749, 5.2 and RFC 9126, 2.2. */
function refusalOf(model: string): string {
  return model === 'PushedAuthorizationRequest' ? 'invalid_request_uri' : 'invalid_grant'
}

async function volley(act: (turn: number) => Promise<unknown>) {
  const acts = await Promise.allSettled(Array.from({ length: atOnce }, (_, turn) => act(turn)))
  const refused = acts.filter((one) => one.status === 'rejected')
  return { succeeded: acts.length - refused.length, errors: refused.map(({ reason }): unknown => reason.error) }
}
