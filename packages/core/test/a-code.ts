import type { StepUp, Whom } from '../src/index.js'
import { aBank, alice, type Bank, opened } from './a-bank.js'

/** The least that a check may cost: tests hash a lot. */
export const cheapHashing = { memoryKiB: 19_456, passes: 2 } as const

/** A bank whose people have security codes. */
export function aBankWithCodes(given: Parameters<typeof aBank>[0] = {}): Promise<Bank> {
  return aBank({ ...given, securityCode: { hashing: cheapHashing, ...given.securityCode } })
}

/** Steps up for a look at the new code, by a code by e-mail. */
export function aStepUpToSee(bank: Bank, whom: Whom = alice): Promise<StepUp> {
  return aStepUpTo({ bank, whom }, 'countersign.code.show', bank.code)
}

/** Steps up for a new code, by the one that works. */
export function aStepUpToReplace(bank: Bank, code: string): Promise<StepUp> {
  return aStepUpTo({ bank, whom: alice }, 'countersign.code.replace', async () => code)
}

async function aStepUpTo(
  { bank: { countersign, carryOut }, whom }: Readonly<{ bank: Bank; whom: Whom }>,
  action: 'countersign.code.show' | 'countersign.code.replace',
  code: () => Promise<string>,
): Promise<StepUp> {
  const wanted = { ...whom, action, bound: {} } as const
  const { id: challengeId } = opened(await countersign.challenges.open(wanted))
  const answer = await countersign.challenges.answer({ ...whom, challengeId, code: await code() })
  if (answer.outcome !== 'passed') throw new Error(`The answer was ${answer.outcome}.`)
  await carryOut()
  const allowed = await countersign.authorize({ ...wanted, elevations: [answer.elevation.token] })
  if (allowed.outcome !== 'allow') throw new Error(`The look was ${allowed.outcome}.`)
  return allowed.stepUp
}

/** Picks the waiting code up and gives it back; it does not work yet. */
export async function pickedUp(bank: Bank): Promise<string> {
  const shown = await bank.countersign.codes.show({ ...alice, stepUp: await aStepUpToSee(bank) })
  if (shown.outcome !== 'shown') throw new Error(`The look was ${shown.outcome}.`)
  return shown.code.reveal()
}

/** Alice's code, from nothing to working. */
export async function anActiveCode(bank: Bank): Promise<string> {
  await bank.countersign.codes.issue({ subject: alice.subject })
  const code = await pickedUp(bank)
  await bank.countersign.codes.activate(alice)
  await bank.carryOut()
  return code
}

/** Asks for a new code with the one that works. */
export async function rotated(bank: Bank, code: string): Promise<void> {
  const stepUp = await aStepUpToReplace(bank, code)
  const { outcome } = await bank.countersign.codes.rotate({ subject: alice.subject, stepUp })
  if (outcome !== 'issued') throw new Error(`The replacement was ${outcome}.`)
}

/** A code of the same form that is another one. */
export function notThe(code: string): string {
  return `${code.slice(0, -1)}${code.endsWith('0') ? '2' : '0'}`
}
