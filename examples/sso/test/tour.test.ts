import { createNarrator } from '@countersign/example-bank/parts'
import { leadTour } from '../src/tour/lead-tour.js'
import { aSso } from './a-sso.js'

test('the tour holds, and tells no code', async () => {
  const sso = await aSso()
  const told: string[] = []
  const narrator = createNarrator((line) => told.push(line))
  try {
    await leadTour(narrator, sso.addresses)

    expect(narrator.steps).toBe(6)
    const codes = sso.inbox?.mails().flatMap(({ text }) => text.match(/^\d{8}$/gm) ?? []) ?? []
    expect(codes).toHaveLength(1)
    for (const code of codes) expect(told.join('\n')).not.toContain(code)
  } finally {
    await sso.stop()
  }
}, 60_000)
