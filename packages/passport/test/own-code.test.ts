import { aConfirmingApp, ownCodeOf, passports, signedIn, ways } from './confirming-app.js'

describe.each(ways)('Passport $version with session: $authenticate.session', (way) => {
  test('lets the person’s own security code confirm, and the session keeps what it held', async () => {
    const app = await aConfirmingApp(way)
    const alice = await signedIn(app)
    const code = await ownCodeOf(app)
    const { body } = await alice.post('/challenges').send({ action: 'login.complete', factor: 'security-code' })

    const confirmed = await alice.post('/confirm').send({ challenge: body.id, code: code.toLowerCase() })

    expect([confirmed.status, confirmed.body.user, confirmed.body.info.outcome]).toEqual([
      200,
      { id: 'alice' },
      'passed',
    ])
    expect((await alice.get('/who')).body).toMatchObject({ user: { id: 'alice' }, cart: 'two apples' })
  })
})

describe.each(passports)('Passport %s', (_, passport) => {
  test('refuses a revoked security code', async () => {
    const app = await aConfirmingApp({ passport })
    const alice = await signedIn(app)
    const code = await ownCodeOf(app)
    const { body } = await alice.post('/challenges').send({ action: 'login.complete', factor: 'security-code' })
    await app.countersign.codes.revoke({ subject: 'alice' })

    const refused = await alice.post('/confirm').send({ challenge: body.id, code })

    expect(refused.status).toBe(410)
  })
})
