import assert from 'node:assert/strict'
import type { ClauseOn } from '../clauses.js'
import type { OidcAdaptersUnderTest } from '../oidc-adapter-contract.js'
import { anId, oidcModels, put } from './an-artefact.js'

/** Clients are public by name, and their metadata readable. */
const closedModels = oidcModels.filter((model) => model !== 'Client')

/** Who copies the database holds nothing that the provider accepts. */
export function bearerContract<Made extends OidcAdaptersUnderTest>(
  clause: ClauseOn<Made>,
  dump: (made: Made) => Promise<string>,
): void {
  clause('no id stands in a dump, neither its own nor one inside another’s payload', async (made) => {
    const ids = { session: anId(), deviceCode: anId(), pushed: anId(), uid: anId(), grant: anId(), secret: anId() }
    const inside = {
      grantId: ids.grant,
      sessionUid: ids.uid,
      session: { cookie: ids.session, uid: ids.uid },
      deviceCode: ids.deviceCode,
      parJti: ids.pushed,
      state: { secret: ids.secret },
    }
    const own = []
    for (const model of closedModels) {
      const id = anId()
      await put(made.adapter(model), { ...inside, returnTo: `https://op.example/auth/${id}` }, id)
      own.push(id)
    }
    await put(made.adapter('Session'), { uid: ids.uid }, ids.session)
    await put(made.adapter('Grant'), {}, ids.grant)

    const text = await dump(made)
    assert.deepEqual(
      [...own, ...Object.values(ids)].filter((id) => stands(id, text)),
      [],
    )
  })

  clause('no user code and no device code stands in a dump', async (made) => {
    const { id } = await put(made.adapter('DeviceCode'), { userCode: 'BCDFGHJK' })

    const text = await dump(made)
    assert.deepEqual(
      [id, 'BCDFGHJK'].filter((secret) => stands(secret, text)),
      [],
    )
  })

  clause('what was used or has ended leaves no id either', async (made) => {
    const code = await put(made.adapter('AuthorizationCode'))
    await made.adapter('AuthorizationCode').consume(code.id)
    const session = await put(made.adapter('Session'), { uid: anId() })
    await made.adapter('Session').destroy(session.id)

    const text = await dump(made)
    assert.deepEqual(
      [code.id, session.id].filter((id) => stands(id, text)),
      [],
    )
  })
}

/** As it is, or in an encoding that hides nothing. */
function stands(secret: string, text: string): boolean {
  const encodings = (['base64', 'base64url', 'hex'] as const).map((encoding) => Buffer.from(secret).toString(encoding))
  return [secret, ...encodings].some((one) => text.includes(one.replace(/=+$/, '')))
}
