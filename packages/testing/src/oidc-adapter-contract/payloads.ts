import assert from 'node:assert/strict'
import type { OidcClause, OidcPayload } from '../oidc-adapter-contract.js'
import { anId, aPayload, found, put } from './an-artefact.js'

/** Payloads hold keys that relying parties and address bars choose. */
export function payloadContract(clause: OidcClause): void {
  clause('keys that no version of today knows are kept', async ({ adapter }) => {
    const { id, payload } = await put(adapter('AccessToken'), { 'of a later version': { deep: [{ down: true }] } })

    assert.deepEqual(await adapter('AccessToken').find(id), payload)
  })

  clause('empty objects and lists stay, at every depth', async ({ adapter }) => {
    const result = { login: { accountId: 'alice' }, consent: {}, step_up: {} }
    const { id, payload } = await put(adapter('Interaction'), {
      result,
      params: {},
      trusted: [],
      lastSubmission: { consent: {} },
    })

    assert.deepEqual(await adapter('Interaction').find(id), payload)
  })

  clause('keys with dots and dollars are keys', async ({ adapter }) => {
    const odd = {
      claims: { id_token: { $where: null, 'a.b.c': { essential: true }, $: { values: ['$ne'] } } },
      resources: { 'https://api.example/v1.0': 'read' },
      authorizations: { 'client.id': { sid: '1' }, $set: { sid: '2' } },
      'x5t#S256': 'thumbprint',
      '': 'no name',
      constructor: 'a key like others',
    }
    const { id, payload } = await put(adapter('Grant'), odd)

    assert.deepEqual(await adapter('Grant').find(id), payload)
  })

  clause('a key named __proto__ is a key', async ({ adapter }) => {
    const hostile: OidcPayload = JSON.parse(
      '{ "__proto__": { "admin": true }, "params": { "__proto__": { "admin": true } } }',
    )
    const { id } = await put(adapter('Interaction'))
    await adapter('Interaction').upsert(id, hostile, 60)

    const payload = await found(adapter('Interaction'), id)
    assert.ok(!('admin' in payload), 'the prototype was changed')
    assert.equal(JSON.stringify(payload), JSON.stringify(hostile))
  })

  clause('what is undefined is absent, and not null', async ({ adapter }) => {
    const id = anId()
    await adapter('Interaction').upsert(
      id,
      aPayload(id, { grantId: undefined, session: { acr: undefined, amr: null } }),
      60,
    )

    const payload = await found(adapter('Interaction'), id)
    const session: unknown = payload.session
    assert.equal(payload.grantId, undefined)
    assert.ok(typeof session === 'object' && session !== null)
    assert.deepEqual(
      Object.entries(session).filter(([, value]) => value !== undefined),
      [['amr', null]],
    )
  })

  clause('texts of any kind come back as they were', async ({ adapter }) => {
    const state = '$set.$$NOW {"$ne":null} \u{1f600} a\u0000b \ud800 </script>'
    const { id, payload } = await put(adapter('Session'), { uid: anId(), state: { state }, numbers: [0, -1.5, 1e21] })

    assert.deepEqual(await adapter('Session').find(id), payload)
  })

  clause('an object where an id belongs finds, uses and removes nothing', async ({ adapter }) => {
    const sessions = adapter('Session')
    const { id, payload } = await put(sessions, { uid: anId() })
    const grant = await put(adapter('AccessToken'), { grantId: anId() })
    const operator: string = JSON.parse('{ "$ne": null }')
    const searches = [
      sessions.find(operator),
      sessions.findByUid(operator),
      adapter('DeviceCode').findByUserCode(operator),
    ]
    for (const search of await Promise.allSettled(searches))
      assert.ok(search.status === 'rejected' || (search.value ?? undefined) === undefined)
    await Promise.allSettled([sessions.destroy(operator), adapter('AccessToken').revokeByGrantId(operator)])

    assert.deepEqual(await sessions.find(id), payload)
    assert.deepEqual(await adapter('AccessToken').find(grant.id), grant.payload)
  })
}
