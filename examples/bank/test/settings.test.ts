import { readSettings } from '../src/settings.js'

test('without anything said, it is port 3000, memory and the own inbox', () => {
  expect(readSettings({})).toEqual({ port: 3000, clientLimits: true, production: false })
})

test.each([
  [{ PORT: 'http' }, 'PORT is "http". Give a number from 0 to 65535, such as 3000.'],
  [{ PORT: '70000' }, 'PORT is "70000".'],
  [{ PUBLIC_URL: 'bank.example' }, 'PUBLIC_URL is no address of a site.'],
  [{ PUBLIC_URL: 'https://bank.example/below' }, 'PUBLIC_URL is no address of a site.'],
  [{ CLIENT_LIMITS: 'none' }, 'CLIENT_LIMITS is "none".'],
  [
    { CLIENT_LIMITS: 'off', NODE_ENV: 'production' },
    'CLIENT_LIMITS=off is for tests and not allowed with NODE_ENV=production.',
  ],
  [{ TRUST_PROXY: 'true' }, 'TRUST_PROXY names no proxy.'],
  [{ TRUST_PROXY: '10.0.0.0/8/8' }, 'TRUST_PROXY names no proxy.'],
])('%j stops with a sentence', (env, sentence) => {
  expect(() => readSettings(env)).toThrow(sentence)
})

test.each([
  ['1', 1],
  ['10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
  ['loopback', ['loopback']],
])('TRUST_PROXY=%s names proxies', (text, trustProxy) => {
  expect(readSettings({ TRUST_PROXY: text })).toMatchObject({ trustProxy })
})
