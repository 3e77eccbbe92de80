import { createLog, printable } from '../src/log.js'

function logged(fields: Record<string, unknown>): Record<string, unknown> {
  const lines: string[] = []
  createLog({ write: (line: string) => lines.push(line) }).info(fields, 'something')
  return JSON.parse(lines[0] ?? '')
}

test('what could be a secret is not written, wherever it stands', () => {
  const line = logged({ code: '12345678', token: 'x', sent: { code: '12345678', email: 'alice@example.test' } })

  expect(line).toMatchObject({ code: '[secret]', token: '[secret]', sent: { code: '[secret]', email: '[secret]' } })
})

test('the code of an error is', () => {
  expect(logged({ code: 'ERR_COUNTERSIGN_TWO_SUBJECTS' })).toMatchObject({ code: 'ERR_COUNTERSIGN_TWO_SUBJECTS' })
})

test('the text of somebody else is short, and in characters that can be seen', () => {
  expect(printable('a\nb\u2028c\u202ed')).toBe('a%Ab%2028c%202Ed')
  expect(printable('x'.repeat(1000))).toHaveLength(200)
})
