import { readMailFrom } from '../src/mail-from.js'

test.each([
  ['codes@bank.example', '', 'codes@bank.example'],
  ['Example Bank <codes@bank.example>', 'Example Bank', 'codes@bank.example'],
  ['"Müller, Meier & Co" <codes@bank.example>', 'Müller, Meier & Co', 'codes@bank.example'],
  ['<codes@bank.example>', '', 'codes@bank.example'],
  ['Bank <codes@bücher.example>', 'Bank', 'codes@xn--bcher-kva.example'],
  ['codes@localhost', '', 'codes@localhost'],
])('%s is read', (from, name, address) => {
  expect(readMailFrom(from)).toEqual({ name, address, domain: address.split('@')[1] })
})

test.each([
  undefined,
  '',
  'Example Bank',
  'codes@',
  '@bank.example',
  'a@bank.example, b@bank.example',
  'Bank <a@bank.example> <b@bank.example>',
  'Bank <codes@bank.example>\r\nBcc: eve@evil.example',
  'Bank\u202e <codes@bank.example>',
  'codes@bank example',
  'codes@-bank.example',
  'codes@bank..example',
])('%j stops the set-up and says what to write', (from) => {
  expect(() => readMailFrom(from)).toThrow(
    expect.objectContaining({
      code: 'ERR_COUNTERSIGN_MAIL_FROM',
      message: expect.stringContaining('from: "Example Bank <codes@bank.example>"'),
    }),
  )
})
