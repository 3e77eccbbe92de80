import { leadTour } from '../src/tour/lead-tour.js'
import { createNarrator } from '../src/tour/narrator.js'
import type { ReceivedMail } from '../src/tour/tour-guide.js'
import { createVisitor } from '../src/tour/visitor.js'
import { aBank } from './a-bank.js'

test('the tour holds in under a minute, and tells neither a code nor a token', async () => {
  const running = await aBank({ clientLimits: true })
  const told: string[] = []
  const narrator = createNarrator((line) => told.push(line))
  try {
    await leadTour(narrator, running.url)

    expect(narrator.steps).toBe(26)
    const { text } = await createVisitor('inbox', running.url).send('GET', '/inbox')
    const mails: ReceivedMail[] = JSON.parse(text)
    const codes = mails.flatMap((mail) => mail.text.match(/^\d{8}$/gm) ?? [])
    const tokens = mails.flatMap((mail) => mail.text.match(/(?<=token=)\S+/g) ?? [])
    expect(codes.length).toBeGreaterThanOrEqual(5)
    expect(tokens.length).toBeGreaterThanOrEqual(5)

    const output = [...told, ...running.log].join('\n')
    for (const secret of [...codes, ...tokens]) expect(output).not.toContain(secret)
    expect(output).toContain('[the security code]')
    expect(output).not.toMatch(/\b(?!00000)[0-9A-HJKMNP-TV-Z]{5}[- ][0-9A-HJKMNP-TV-Z]{5}\b/)
  } finally {
    await running.bank.stop()
  }
}, 90_000)
