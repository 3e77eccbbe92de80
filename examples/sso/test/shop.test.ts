import type { Sso } from '../src/sso.js'
import { aVisitor, onEachStore } from './a-sso.js'

onEachStore((start) => {
  let sso: Sso
  beforeAll(async () => {
    sso = await start()
  }, 30_000)
  afterAll(() => sso.stop())

  test('somebody signs in with a password, is asked for a code by a payment, and the payment is made', async () => {
    const alice = aVisitor(sso)
    const { relyingParty } = sso.addresses
    const home = await alice.signsInAtTheShop()
    expect(await home.response?.text()).toContain('urn:example:level:1')

    const asked = await alice.form(`${relyingParty}/pay`, { amount: '8.40', payee: 'CH93 0076 2011 6238 5295 7' })
    const page = await alice.onwards(asked, relyingParty)
    expect(await page.response?.json()).toMatchObject({ prompt: 'step_up' })
    const back = await alice.confirms(page.url)
    expect(back.url.pathname).toBe('/pay/resume')

    const paid = await alice.onwards(await alice.form(`${relyingParty}/pay/resume`), relyingParty)
    expect(paid.url.pathname).toBe('/paid')
    const account = await alice.follow(relyingParty)
    expect(await account.response?.text()).toContain('urn:example:level:2')
  })
})
