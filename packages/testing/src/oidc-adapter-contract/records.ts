import assert from 'node:assert/strict'
import type { OidcClause } from '../oidc-adapter-contract.js'
import { anId, aPayload, found, missing, oidcModels, put } from './an-artefact.js'

/** Writing, reading and removing under an id. */
export function recordContract(clause: OidcClause): void {
  clause('what was put there is found, for each of the fifteen models', async ({ adapter }) => {
    for (const model of oidcModels) {
      const { id, payload } = await put(adapter(model))
      assert.deepEqual(await adapter(model).find(id), payload)
    }
  })

  clause('what is not there is found by nobody, and that is no error', async ({ adapter }) => {
    for (const model of oidcModels) await missing(adapter(model).find(anId()))
    await missing(adapter('Session').findByUid(anId()))
    await missing(adapter('DeviceCode').findByUserCode('BCDF-GHJK'))
  })

  clause('a second payload takes the place of the first, and leaves nothing of it', async ({ adapter }) => {
    const interactions = adapter('Interaction')
    const { id } = await put(interactions, { result: { login: { accountId: 'alice' } } })
    const lean = aPayload(id, { prompt: { name: 'consent' } })
    await interactions.upsert(id, lean, 60)

    assert.deepEqual(await interactions.find(id), lean)
  })

  clause('models do not see each other’s records', async ({ adapter }) => {
    const id = anId()
    await put(adapter('AccessToken'), { kind: 'AccessToken' }, id)
    await put(adapter('RefreshToken'), { kind: 'RefreshToken' }, id)
    await adapter('AccessToken').destroy(id)

    await missing(adapter('AccessToken').find(id))
    assert.equal((await found(adapter('RefreshToken'), id)).kind, 'RefreshToken')
  })

  clause('each search gives an object of its own', async ({ adapter }) => {
    const sessions = adapter('Session')
    const { id, payload } = await put(sessions, { uid: anId(), authorizations: { app: { sid: 'a' } } })
    const first = await found(sessions, id)
    Object.assign(first, { accountId: 'mallory' })
    Object.assign(first.authorizations ?? {}, { shop: { sid: 'b' } })

    assert.deepEqual(await sessions.find(id), payload)
  })

  clause('what the caller changes afterwards is not stored', async ({ adapter }) => {
    const grants = adapter('Grant')
    const { id, payload } = await put(grants, { openid: { scope: 'openid' } })
    Object.assign(payload.openid ?? {}, { scope: 'openid admin' })

    assert.deepEqual((await found(grants, id)).openid, { scope: 'openid' })
  })

  clause('a record is removed, and removed again without an error', async ({ adapter }) => {
    for (const model of oidcModels) {
      const { id } = await put(adapter(model))
      await adapter(model).destroy(id)
      await adapter(model).destroy(id)
      await missing(adapter(model).find(id))
      await adapter(model).destroy(anId())
    }
  })

  clause('what has no end is kept', async ({ adapter }) => {
    const clients = adapter('Client')
    const metadata = { client_id: 'app', client_secret: 'secret', redirect_uris: ['https://app.example/callback'] }
    await clients.upsert('app', metadata)

    assert.deepEqual(await clients.find('app'), metadata)
  })

  clause('what is past is gone, or still says when it ended', async ({ adapter }) => {
    const codes = adapter('AuthorizationCode')
    const id = anId()
    const past = { ...aPayload(id), iat: 1_000_000_000, exp: 1_000_000_060 }
    await codes.upsert(id, past, past.exp - Math.floor(Date.now() / 1000))

    assert.deepEqual((await codes.find(id)) ?? past, past)
  })

  clause('two first writes of one id at once leave one of them', async ({ adapter, other = adapter }) => {
    for (let round = 0; round < 5; round += 1) {
      const id = anId()
      const payloads = [1, 2, 3, 4].map((turn) => aPayload(id, { turn }))
      await Promise.all(payloads.map((one, turn) => (turn % 2 ? adapter : other)('Session').upsert(id, one, 60)))

      const { turn } = await found(adapter('Session'), id)
      assert.deepEqual(await adapter('Session').find(id), payloads[Number(turn) - 1])
    }
  })
}
