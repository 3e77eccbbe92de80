import { jest } from '@jest/globals'
import express, { type ErrorRequestHandler, type Express } from 'express'
import session from 'express-session'
import passport from 'passport'
import { askingFor, type StepUpOptions, StepUpStrategy } from '../src/passport.js'
import { aBrowser, aClient, aProvider, aServer, type RealProvider } from './provider.js'

let provider: RealProvider
let site: Awaited<ReturnType<typeof aServer>>
let browser: ReturnType<typeof aBrowser>
/** What a test wants of the strategy; a site answers with it until the next test. */
let app: Express

beforeAll(async () => {
  // oidc-provider warns of Node 20, and that its memory is no database.
  jest.spyOn(console, 'warn').mockImplementation(() => {})
  site = await aServer()
  provider = await aProvider(
    { jwt: 'https://api.example.test', opaque: 'https://other.example.test' },
    `${site.url}/callback`,
  )
  site.answer((incoming, outgoing) => app(incoming, outgoing))
})
afterAll(async () => {
  await provider.stop()
  await site.stop()
  jest.restoreAllMocks()
})
beforeEach(() => {
  browser = aBrowser()
  Object.assign(provider.next, { acr: '1', ageSeconds: 0 })
})

/** What is kept of a person. Other suites say what else a user may have, which counts for all of them. */
type Kept = Readonly<{ id: string; acr?: unknown; path?: string }>

/** A site that signs in at the provider: `/login` as it comes, `/confirm` with level 2 of the last five minutes. */
async function aSite(options: StepUpOptions = {}): Promise<void> {
  const strategy = new StepUpStrategy(
    { config: await aClient(provider.issuer), callbackURL: `${site.url}/callback`, scope: 'openid', ...options },
    (tokens, verified) => {
      const kept: Kept = { id: tokens.claims()?.sub ?? '', acr: tokens.claims()?.acr }
      verified(null, kept)
    },
  )
  app = siteOf(strategy)
}

function siteOf(strategy: StepUpStrategy): Express {
  const own = new passport.Passport()
  own.use('provider', strategy)
  const failed: ErrorRequestHandler = (error, _request, response, _next) => {
    response.status(500).json({ error: String(error) })
  }
  return express()
    .use(session({ secret: 'for tests', resave: false, saveUninitialized: true }))
    .get('/login', own.authenticate('provider', { session: false }))
    .get(
      '/confirm',
      own.authenticate('provider', askingFor({ acrValues: ['2'], maxAgeSeconds: 300 }, { session: false })),
    )
    .get('/callback', own.authenticate('provider', { session: false }), (request, response) => {
      response.json(request.user)
    })
    .use(failed)
}

/** Goes to a page of the site and follows where it leads, all the way to the answer. */
async function visit(path: string, change: (url: URL) => void = () => {}) {
  const { url } = await browser.follow(new URL(path, site.url), ({ origin }) => origin === provider.issuer)
  change(url)
  const { response } = await browser.follow(url)
  const text = (await response?.text()) ?? ''
  return { asked: url.searchParams, status: response?.status, text }
}

describe('the Passport strategy', () => {
  test('asks for nothing where nothing is wanted', async () => {
    await aSite()

    const { asked, status, text } = await visit('/login')

    expect([asked.has('acr_values'), asked.has('max_age')]).toEqual([false, false])
    expect({ status, body: JSON.parse(text) }).toEqual({ status: 200, body: { id: 'alice', acr: '1' } })
  })

  test('asks for the level and the age of one sign-in, and lets it in when it has them', async () => {
    await aSite()
    provider.next.acr = '2'

    const { asked, text } = await visit('/confirm')

    expect(Object.fromEntries(asked)).toMatchObject({ acr_values: '2', max_age: '300', scope: 'openid' })
    expect(JSON.parse(text)).toEqual({ id: 'alice', acr: '2' })
  })

  test('T26: lets nobody in who comes back with less, whatever the browser does to the address', async () => {
    await aSite()

    const { status, text } = await visit('/confirm', (url) => {
      url.searchParams.delete('acr_values')
      url.searchParams.delete('max_age')
    })

    expect({ status, text }).toEqual({ status: 401, text: 'Unauthorized' })
  })

  test('wants of every sign-in what its options say', async () => {
    await aSite({ wanted: { acrValues: ['2'] } })

    const { asked, status } = await visit('/login', (url) => url.searchParams.delete('acr_values'))

    expect({ status, acr: asked.has('acr_values') }).toEqual({ status: 401, acr: false })
  })

  test('takes a stronger level, where it knows which is', async () => {
    await aSite({ wanted: { acrValues: ['1'] }, levels: [{ acr: '1' }, { acr: '2' }] })
    provider.next.acr = '2'

    const { status } = await visit('/login', (url) => url.searchParams.delete('acr_values'))

    expect(status).toBe(200)
  })

  test('holds an answer to the last question, not to one that was left', async () => {
    await aSite()
    await browser.follow(new URL('/confirm', site.url), ({ origin }) => origin === provider.issuer)

    expect(await visit('/login')).toMatchObject({ status: 200 })
  })

  test('hands the request on to a verifier that wants it', async () => {
    const config = await aClient(provider.issuer)
    const callbackURL = `${site.url}/callback`
    app = siteOf(
      new StepUpStrategy(
        { config, callbackURL, scope: 'openid', passReqToCallback: true },
        (request, tokens, verified) => {
          const kept: Kept = { path: request.path, id: tokens.claims()?.sub ?? '' }
          verified(null, kept)
        },
      ),
    )

    expect(JSON.parse((await visit('/login')).text)).toEqual({ path: '/callback', id: 'alice' })
  })

  test('hands on what a verifier throws', async () => {
    app = siteOf(
      new StepUpStrategy(
        { config: await aClient(provider.issuer), callbackURL: `${site.url}/callback`, scope: 'openid' },
        () => {
          throw new Error('no users today')
        },
      ),
    )

    expect(await visit('/login')).toMatchObject({ status: 500, text: expect.stringContaining('no users today') })
  })
})
