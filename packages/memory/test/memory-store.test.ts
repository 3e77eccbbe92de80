import { type AuditEvent, newSubject, subjectIdOf } from '@countersign/core'
import { memoryStore } from '@countersign/memory'

// That the memory store keeps the store contract is tested in packages/testing, which depends on this package.

const alice = subjectIdOf('alice')

test('it says that it ends with the process', async () => {
  const store = memoryStore()

  expect(store.volatile).toBe(true)
  expect((await store.health?.())?.warnings).toEqual(['Everything is kept in memory and ends with this process.'])
})

test('its time does not run back when the clock does', () => {
  const times = [2000, 1000, 3000]
  const { subjects } = memoryStore({ clock: { now: () => new Date(times.shift() ?? 0) } })

  expect([subjects.now(), subjects.now(), subjects.now()].map(Number)).toEqual([2000, 2000, 3000])
})

test('a subject is kept and handed out without a copy', async () => {
  const { subjects } = memoryStore()
  const subject = newSubject(alice)
  await subjects.commit(subject, 0)

  expect((await subjects.load(alice)).subject).toBe(subject)
})

test('the first of ten thousand due subjects is claimed', async () => {
  const { subjects } = memoryStore()
  for (let number = 0; number < 10_000; number += 1) {
    const subject = newSubject(subjectIdOf(number))
    await subjects.commit({ ...subject, dueAt: new Date(Date.now() + number) }, 0)
  }

  expect((await subjects.claim(30))?.subject.id).toBe(subjectIdOf(0))
})

test('the audit log keeps the newest ten thousand events', async () => {
  const { audit } = memoryStore()
  await audit.append(Array.from({ length: 10_002 }, (_, index) => anEvent(index + 1)))

  const events = await audit.read(alice, 20_000)
  expect(events).toHaveLength(10_000)
  expect(events[0]?.id).toBe(`${alice}#3`)
})

function anEvent(number: number): AuditEvent {
  const at = new Date(number)
  return {
    id: `${alice}#${number}`,
    at,
    subject: alice,
    actor: 'system',
    type: 'throttle.locked',
    until: at,
    repeats: 1,
  }
}
