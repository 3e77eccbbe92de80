import { type Answer, textAt, verdictOf } from '../support/client.js'
import { storedSubject } from '../support/look-inside.js'
import { describeOnMongo } from '../support/mongodb.js'
import { aPerson } from '../support/person.js'
import {
  accountOf,
  answerWith,
  ask,
  aTransfer,
  nextCode,
  openChallenge,
  otherThan,
  transferring,
} from '../support/step-up.js'
import { type TwoBanks, twoBanks } from '../support/two-banks.js'

/** What the others may hear while one of them is judged. */
const noVerdict = [
  '401 not-signed-in',
  '410 challenge-closed',
  '423 step-up-locked',
  '429 too-many-requests',
  '503 unavailable',
]
const patience = 120_000

describeOnMongo('of many answers at once to one challenge, over two processes,', () => {
  let banks: TwoBanks
  beforeAll(async () => {
    banks = await twoBanks()
  }, patience)
  afterAll(() => banks?.stop(), patience)

  test(
    'one of 200 right ones succeeds, and the transfer is executed once',
    async () => {
      const person = await aPerson(banks.here.origin)
      const guarded = transferring(aTransfer({ amount: '250.00' }))
      const { id } = await openChallenge(person.client, guarded)
      const code = await nextCode(banks.inbox, person)

      const answers = await volley(person, id, Array(200).fill(code))

      expect(strange(answers, ['200'])).toEqual([])
      const [passed, ...others] = answers.filter(({ status }) => status === 200)
      expect(others).toEqual([])
      const { body } = await storedSubject(banks.server.connection, person.email)
      expect(body.elevations).toHaveLength(1)

      const token = passed ? textAt(passed, 'elevation.token') : ''
      const uses = await Promise.all(
        Array.from({ length: 60 }, (_, index) => ask(person.client.at(sprayed(index)), guarded, token)),
      )
      expect(uses.filter(({ status }) => status === 201)).toHaveLength(1)
      expect(strange(uses, ['201', '403 step-up-already-used'])).toEqual([])
      expect(await accountOf(person)).toMatchObject({ balance: '750.00', transfers: [{ amount: '250.00' }] })
    },
    patience,
  )

  test(
    'at most five of 200 wrong ones get a verdict',
    async () => {
      const person = await aPerson(banks.here.origin)
      const { id } = await openChallenge(person.client, transferring())
      const code = await nextCode(banks.inbox, person)

      const guesses = Array.from({ length: 200 }, (_, index) => otherThan(code, index + 1))
      const answers = await volley(person, id, guesses)

      expect(strange(answers, ['422 wrong-code'])).toEqual([])
      const wrong = answers.filter(({ status }) => status === 422)
      expect(wrong.length).toBeLessThanOrEqual(5)
      expect(wrong.length).toBeGreaterThan(0)
      const late = await answerWith(person.client, id, code)
      expect(verdictOf(late)).toBe(wrong.length === 5 ? '410 challenge-closed' : '200')
    },
    patience,
  )

  test.each([0, 1, 3, 5, 20, 60, 99])(
    'a right one at place %i of a hundred wins after at most four wrong ones, or is refused after five',
    async (place) => {
      const person = await aPerson(banks.here.origin)
      const { id } = await openChallenge(person.client, transferring())
      const code = await nextCode(banks.inbox, person)

      const guesses = Array.from({ length: 100 }, (_, index) => (index === place ? code : otherThan(code, index + 1)))
      const answers = await volley(person, id, guesses)

      expect(strange(answers, ['200', '422 wrong-code'])).toEqual([])
      const wrong = answers.filter(({ status }) => status === 422).length
      const right = answers[place]
      expect(answers.filter(({ status }) => status === 200)).toEqual(right?.status === 200 ? [right] : [])
      if (right?.status === 200) expect(wrong).toBeLessThanOrEqual(4)
      else if (right?.status === 410) expect(wrong).toBe(5)
      else expect(wrong).toBeLessThanOrEqual(5)
    },
    patience,
  )

  function sprayed(index: number): string {
    return index % 2 === 0 ? banks.here.origin : banks.there.origin
  }

  function volley({ client }: Awaited<ReturnType<typeof aPerson>>, id: string, codes: readonly string[]) {
    // Each with the cookies of the beginning: a right answer changes the session's id under the others.
    const held = client.copy()
    const own = codes.map((_, index) => held.at(sprayed(index)).copy())
    return Promise.all(codes.map((code, index) => answerWith(own[index] ?? held, id, code))).then((answers) => {
      const winner = answers.findIndex(({ status }) => status === 200)
      if (winner >= 0) client.takeCookiesOf(own[winner] ?? held)
      return answers
    })
  }
})

/** Verdicts that nobody may get beside the allowed ones. */
function strange(answers: readonly Answer[], allowed: readonly string[]): readonly string[] {
  return answers.map(verdictOf).filter((verdict) => ![...noVerdict, ...allowed].includes(verdict))
}
