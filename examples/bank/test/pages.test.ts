import { seededPassword } from '../src/seeds.js'
import { codeIn } from '../src/tour/tour-guide.js'
import { type Answer, createVisitor, type Visitor } from '../src/tour/visitor.js'
import { aBank, aCustomer, mailNumber, type RunningBank } from './a-bank.js'
import { followed, formTo, look, post } from './a-page.js'

let running: RunningBank
beforeAll(async () => {
  running = await aBank()
})
afterAll(() => running.bank.stop())

const german = { 'accept-language': 'de-CH,de;q=0.9,en;q=0.5' }
const typed = { amount: '250,00', payee: 'CH93 0076 2011 6238 5295 7', name: 'Rhein Bakery' }

/** Goes on through the pages of Countersign, with the code of a mail, up to the page behind. */
async function confirm(visitor: Visitor, email: string, interrupted: Answer, mailsBefore = 0): Promise<Answer> {
  const ask = await followed(visitor, interrupted)
  const code = await followed(visitor, await post(visitor, formTo('/challenges', ask)))
  const mail = await mailNumber(visitor, email, mailsBefore + 1)
  const confirmed = await followed(visitor, await post(visitor, formTo('/answer', code), { code: codeIn(mail) }))
  return confirmed
}

test('a person without a script comes from sign-in to a transfer, and types everything once', async () => {
  const { email } = await aCustomer(running)
  const visitor = createVisitor('person', running.url)
  const signIn = await followed(visitor, await look(visitor, '/transfers/new'))
  const form = await followed(
    visitor,
    await post(visitor, formTo('/sign-in', signIn), { email, password: seededPassword }),
  )
  expect(form.text).toContain('<h1 tabindex="-1">New transfer</h1>')

  const confirmed = await confirm(visitor, email, await post(visitor, formTo('/transfers', form), typed))
  const sent = await followed(visitor, await post(visitor, formTo('/transfers', confirmed)))

  expect(sent.text).toContain('<h1 tabindex="-1" autofocus>Sent</h1>')
  expect(sent.text).toContain('CH93 0076 2011 6238 5295 7')
  expect(sent.text).toContain('<title>Sent: 250.00 EUR - Lindenhof Bank</title>')
  expect((await visitor.send('GET', '/account')).json).toMatchObject({ balance: '750.00' })
})

test('a reload of the last page sends nothing again', async () => {
  const customer = await aCustomer(running)
  const form = await look(customer, '/transfers/new')
  const confirmed = await confirm(customer, customer.email, await post(customer, formTo('/transfers', form), typed))
  const done = await post(customer, formTo('/transfers', confirmed))

  await followed(customer, done)
  await followed(customer, done)

  expect((await customer.send('GET', '/account')).json).toMatchObject({ balance: '750.00' })
})

test('a transfer form comes back with what was typed, and says at each field what is wrong', async () => {
  const customer = await aCustomer(running)
  const form = formTo('/transfers', await look(customer, '/transfers/new'))

  const wrong = await post(customer, form, {
    amount: '5000',
    payee: 'CH93 0076 2011 6238 5295 8',
    name: 'Rhein Bakery',
  })

  expect(wrong.status).toBe(422)
  expect(wrong.text).toContain('<title>Error: New transfer - Lindenhof Bank</title>')
  expect(wrong.text).toMatch(/<input id="payee"[^>]*aria-describedby="payee-error payee-hint" aria-invalid="true"/)
  expect(wrong.text).toContain('value="5000"')
  expect(wrong.text).toContain('value="Rhein Bakery"')
  expect(wrong.text).toContain('<a href="#payee">')
})

test('the form still holds everything after a step-up that was given up', async () => {
  const customer = await aCustomer(running)
  await post(customer, formTo('/transfers', await look(customer, '/transfers/new')), typed)

  const again = await look(customer, '/transfers/new')

  expect(formTo('/transfers', again).fields).toMatchObject({ amount: '250.00', name: 'Rhein Bakery' })
})

test('the pages speak German to who reads German', async () => {
  const customer = await aCustomer(running)

  const account = await look(customer, '/account', german)
  const wrong = await post(
    customer,
    formTo('/transfers', await look(customer, '/transfers/new')),
    { amount: 'x', payee: 'x' },
    german,
  )

  expect(account.text).toContain('<html lang="de">')
  expect(account.text).toContain('1.000,00 EUR')
  expect(wrong.text).toContain('<title>Fehler: Neue Überweisung - Lindenhof Bank</title>')
})

test('what somebody typed is text, and nothing else', async () => {
  const name = '"><script>alert(1)</script>'
  const customer = await aCustomer(running, name)

  const account = await look(customer, '/account')
  const wrong = await post(customer, formTo('/transfers', await look(customer, '/transfers/new')), {
    amount: name,
    payee: name,
    name,
  })

  for (const { text } of [account, wrong]) expect(text).not.toContain('<script')
  expect(account.text).toContain('&lt;script&gt;')
})

test('a wrong sign-in says so, keeps the address and never the password', async () => {
  const visitor = createVisitor('person', running.url)

  const wrong = await post(visitor, formTo('/sign-in', await look(visitor, '/sign-in')), {
    email: 'alice@example.test',
    password: 'wrong one',
  })

  expect(wrong.status).toBe(401)
  expect(wrong.text).toContain('role="alert"')
  expect(wrong.text).toContain('value="alice@example.test"')
  expect(wrong.text).not.toContain('wrong one')
})

test('opening an account leads to sign-in, which says so', async () => {
  const visitor = createVisitor('person', running.url)
  const form = formTo('/sign-up', await look(visitor, '/sign-up'))

  const done = await followed(
    visitor,
    await post(visitor, form, { name: 'Nora', email: 'nora@example.test', password: 'a password of mine' }),
  )

  expect(done.text).toContain('Your account is open.')
})

test('notes open after a code, and are saved by a form', async () => {
  const customer = await aCustomer(running)
  const confirmed = await confirm(customer, customer.email, await look(customer, '/notes'))
  const [, onward = ''] = /<a[^>]*href="([^"]*)"[^>]*data-countersign-resume/.exec(confirmed.text) ?? []
  const notes = await look(customer, onward || '/notes')

  const saved = await followed(
    customer,
    await post(customer, formTo('/notes', notes), { text: '\nfirst line\nsecond' }),
  )

  expect(saved.text).toContain('Saved.')
  expect(saved.text).toContain('first line\nsecond</textarea>')
})

test('settings tell of an address that waits for its proof', async () => {
  const customer = await aCustomer(running)
  const form = formTo('/settings/email', await look(customer, '/settings'))
  const confirmed = await confirm(
    customer,
    customer.email,
    await post(customer, form, { email: `later.${customer.email}` }),
  )

  const settings = await followed(customer, await post(customer, formTo('/settings/email', confirmed)))

  expect(settings.text).toContain('We wrote to l***@e***.test.')
})

test('a person signs out by a button', async () => {
  const customer = await aCustomer(running)

  const out = await followed(customer, await post(customer, formTo('/sign-out', await look(customer, '/account'))))

  expect(out.text).toContain('You are signed out.')
  expect((await look(customer, '/account')).status).toBe(303)
})

test('the inbox shows the newest mail first, with its links', async () => {
  const customer = await aCustomer(running)
  await post(customer, formTo('/transfers', await look(customer, '/transfers/new')), typed).then((interrupted) =>
    confirm(customer, customer.email, interrupted),
  )

  const inbox = await look(customer, '/inbox')

  expect(inbox.text.indexOf(customer.email)).toBeLessThan(inbox.text.indexOf('</article>'))
  expect(inbox.text).toMatch(/<a href="http:\/\/localhost:\d+\/countersign\/not-me\?token=/)
})

test('no page has a script, a style of its own, or a picture from elsewhere', async () => {
  const customer = await aCustomer(running)

  for (const path of ['/account', '/transfers/new', '/settings', '/inbox', '/sign-in', '/sign-up', '/nowhere']) {
    const { text } = await look(customer, path)
    expect(text).not.toMatch(/<script|<style|\sstyle="|\son\w+="|src="/)
    expect(text).toMatch(/<html lang="en">/)
    expect(text.match(/<h1/g)).toHaveLength(1)
  }
})
