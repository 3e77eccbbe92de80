import assert from 'node:assert/strict'
import type { OidcClause } from '../oidc-adapter-contract.js'
import { anId, aPayload, found, missing, put } from './an-artefact.js'

/** What is found, or removed, by something else than its id. */
export function searchContract(clause: OidcClause): void {
  clause('a session is found by its uid, with its id inside', async ({ adapter }) => {
    const uid = anId()
    const { payload } = await put(adapter('Session'), { uid, accountId: 'alice' })
    await put(adapter('Session'), { uid: anId() })

    assert.deepEqual(await adapter('Session').findByUid(uid), payload)
  })

  clause('a sign-in gives a session a new id and keeps its uid: the new one is found', async ({ adapter }) => {
    const sessions = adapter('Session')
    const uid = anId()
    const before = await put(sessions, { uid, acr: '1' })
    await sessions.destroy(before.id)
    const after = await put(sessions, { uid, acr: '2' })

    assert.deepEqual(await sessions.findByUid(uid), after.payload)
    await missing(sessions.find(before.id))
  })

  clause('of two sessions with one uid the one that was written last is found', async ({ adapter }) => {
    const sessions = adapter('Session')
    const uid = anId()
    const older = await put(sessions, { uid, acr: '1' })
    await laterThan(Date.now())
    const newer = await put(sessions, { uid, acr: '2' })
    assert.deepEqual(await sessions.findByUid(uid), newer.payload)

    await laterThan(Date.now())
    await sessions.upsert(older.id, older.payload, 60)
    assert.deepEqual(await sessions.findByUid(uid), older.payload)
  })

  clause('a session that was removed is not found by its uid', async ({ adapter }) => {
    const uid = anId()
    const { id } = await put(adapter('Session'), { uid })
    await adapter('Session').destroy(id)

    await missing(adapter('Session').findByUid(uid))
  })

  clause('a device code is found by its user code, with its id inside', async ({ adapter }) => {
    const { payload } = await put(adapter('DeviceCode'), { userCode: 'BCDFGHJK', params: {} })
    await put(adapter('DeviceCode'), { userCode: 'BCDFGHJL', params: {} })

    assert.deepEqual(await adapter('DeviceCode').findByUserCode('BCDFGHJK'), payload)
    await missing(adapter('DeviceCode').findByUserCode('BCDFGHJM'))
  })

  clause('a device code that was changed is found by its user code as it is now', async ({ adapter }) => {
    const codes = adapter('DeviceCode')
    const { id } = await put(codes, { userCode: 'BCDFGHJK' })
    const decided = aPayload(id, { userCode: 'BCDFGHJK', accountId: 'alice', grantId: anId() })
    await codes.upsert(id, decided, 60)
    assert.deepEqual(await codes.findByUserCode('BCDFGHJK'), decided)

    await codes.consume(id)
    assert.ok((await codes.findByUserCode('BCDFGHJK')) ?? undefined)
    assert.ok((await found(codes, id)).consumed)
  })

  clause('the end of a grant takes the records of this model and of this grant', async ({ adapter }) => {
    const [grantId, otherGrant] = [anId(), anId()]
    const [tokens, codes] = [adapter('AccessToken'), adapter('AuthorizationCode')]
    const ended = [await put(tokens, { grantId }), await put(tokens, { grantId })]
    const stay = await put(tokens, { grantId: otherGrant })
    const ofAnotherModel = await put(codes, { grantId })
    await tokens.revokeByGrantId(grantId)

    for (const { id } of ended) await missing(tokens.find(id))
    assert.deepEqual(await tokens.find(stay.id), stay.payload)
    assert.deepEqual(await codes.find(ofAnotherModel.id), ofAnotherModel.payload)
    await tokens.revokeByGrantId(grantId)
    await tokens.revokeByGrantId(anId())
  })

  clause('the end of a grant takes a code that was used', async ({ adapter }) => {
    const grantId = anId()
    const { id } = await put(adapter('AuthorizationCode'), { grantId })
    await adapter('AuthorizationCode').consume(id)
    await adapter('AuthorizationCode').revokeByGrantId(grantId)

    await missing(adapter('AuthorizationCode').find(id))
  })

  clause('a record that came under another grant ends with that one', async ({ adapter }) => {
    const codes = adapter('DeviceCode')
    const [first, second] = [anId(), anId()]
    const { id } = await put(codes, { userCode: 'BCDFGHJK', grantId: first })
    await codes.upsert(id, aPayload(id, { userCode: 'BCDFGHJK', grantId: second }), 60)

    await codes.revokeByGrantId(first)
    assert.equal((await found(codes, id)).grantId, second)
    await codes.revokeByGrantId(second)
    await missing(codes.find(id))
  })
}

/** Until the clock of this machine has gone on, so that two writes have different times. */
async function laterThan(moment: number): Promise<void> {
  while (Date.now() <= moment + 1) await new Promise((resolve) => setImmediate(resolve))
}
