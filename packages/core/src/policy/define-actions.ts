import { z } from 'zod'
import { type FactorKind, factorKinds } from '../assurance/level.js'
import { elevationSeconds } from '../elevation/elevation.js'
import { CountersignError } from '../errors.js'
import type { ActionDefinition, Actions } from './action.js'
import { fieldKinds } from './field.js'

const kindsOfFactor = Object.keys(factorKinds) as [FactorKind, ...FactorKind[]]

const name = z
  .string()
  .regex(
    /^[a-z][a-z0-9]*([.-][a-z0-9]+)*$/i,
    'is not a name: letters and digits in parts joined by "." or "-", such as "transfer.create"',
  )
const fieldName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'is not a field name: a letter, then letters, digits or "_"')
const fieldSpec = z.string().refine((spec) => Object.hasOwn(fieldKinds, spec.replace(/\?$/, '')), {
  error: ({ input }) =>
    `is "${input}"; the kinds are ${Object.keys(fieldKinds).join(', ')}, with "?" when it may be left out`,
})
const seconds = z
  .number('must be a whole number of seconds')
  .int('must be a whole number of seconds')
  .min(1, 'must be above zero')
  .max(elevationSeconds.cap, `must not be above ${elevationSeconds.cap} (R-23)`)
const level = z.enum(
  ['code', 'two-factor'],
  'must be "code" or "two-factor"; what needs nothing says requires: \'nothing\'',
)
const words = z.union([
  z.string().min(1),
  z.strictObject({
    name: z.string().min(1),
    one: z.string().min(1),
    act: z.string().min(1),
    fields: z.record(z.string(), z.string().min(1)).optional(),
  }),
])

const factors = z
  .array(z.enum(kindsOfFactor, `must name factors: ${kindsOfFactor.join(', ')}`))
  .min(1, 'must name at least one factor')
  .optional()

const once = z.strictObject({ level, mode: z.literal('once'), validSeconds: seconds.optional(), factors })
const window = z.strictObject({ level, mode: z.literal('window'), windowSeconds: seconds.optional(), factors })

/** Only what this says for; the words of what stands inside are its own. */
function otherMode({ code }: Readonly<{ code: string }>): string | undefined {
  return code === 'invalid_union' ? 'must be "once" or "window"' : undefined
}

function notAnObject({ code }: Readonly<{ code: string }>): string | undefined {
  return code === 'invalid_type' ? "must be an object, such as { requires: 'nothing' }" : undefined
}

const definition = z
  .strictObject(
    {
      binds: z.record(fieldName, fieldSpec).optional(),
      unbound: z.array(z.string().min(1)).optional(),
      words: z.strictObject({ en: words.optional(), de: words.optional() }).optional(),
      avoids: fieldName.optional(),
      requires: z.union(
        [z.literal('nothing'), z.discriminatedUnion('mode', [once, window], { error: otherMode })],
        "must be 'nothing', { level: 'code', mode: 'once' } or { level: 'code', mode: 'window', windowSeconds: 300 }",
      ),
    },
    { error: notAnObject },
  )
  .superRefine(({ avoids, binds, requires, unbound }, context) => {
    const complain = (message: string) => context.addIssue({ code: 'custom', message, path: ['requires'] })
    if (requires !== 'nothing' && requires.mode === 'once' && !binds)
      complain('is one-shot and the action binds nothing: name the fields in "binds", or say "binds: {}"')
    if (requires !== 'nothing' && requires.mode === 'window' && Object.keys(binds ?? {}).length > 0)
      complain(
        'is a window, and the action binds fields: a window cannot be good for certain values; use mode "once" (R-23)',
      )
    if (avoids !== undefined && binds?.[avoids] !== 'id')
      complain(
        `avoids "${avoids}", which is no bound field of the kind "id": it holds the id of the contact that is not to serve`,
      )
    for (const field of unbound ?? [])
      if (binds && field in binds) complain(`has "${field}" both in "binds" and in "unbound"`)
  })

/**
 * Checks actions and gives them back with their exact type, for an application that keeps them in a file of their own.
 *
 * @throws CountersignError `ERR_COUNTERSIGN_ACTION` for a name that begins with "countersign.", and naming the action, the setting, what came and what to write.
 * @example
 * export const actions = defineActions({
 *   'transfer.create': { binds: { amount: 'decimal', payee: 'iban' }, requires: { level: 'code', mode: 'once' } },
 * })
 */
export function defineActions<const A extends Actions>(actions: A): A {
  for (const [action, given] of Object.entries<ActionDefinition>(actions)) checkAction(action, given)
  return actions
}

function checkAction(action: string, given: unknown): void {
  const named = name.safeParse(action)
  if (!named.success) throw wrongAction(action, [], named.error)
  const checked = definition.safeParse(given)
  if (!checked.success) throw wrongAction(action, given, checked.error)
}

type Issue = Readonly<{ path: readonly PropertyKey[]; message: string }>

function wrongAction(action: string, given: unknown, { issues }: z.ZodError): CountersignError {
  const { path, message } = decisive(issues[0])
  const place = path.length > 0 ? ` has "${path.join('.')}: ${shown(valueAt(given, path))}", which` : ''
  return new CountersignError('ERR_COUNTERSIGN_ACTION', `The action "${action}"${place} ${message}.`)
}

/** What to tell of an issue: of alternatives the one that was meant, of a wrong name what is wrong with it. */
function decisive(issue: z.core.$ZodIssue | undefined): Issue {
  if (!issue) return { path: [], message: 'is not valid' }
  if (issue.code === 'invalid_key') return { path: issue.path, message: issue.issues[0]?.message ?? issue.message }
  if (issue.code !== 'invalid_union') return issue
  const meant = issue.errors.flat().find(({ path }) => path.length > 0)
  return meant ? { path: [...issue.path, ...meant.path], message: meant.message } : issue
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (part, key) => (typeof part === 'object' && part !== null ? Reflect.get(part, key) : undefined),
    value,
  )
}

function shown(value: unknown): string {
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`
  return value === undefined ? 'undefined' : JSON.stringify(value).slice(0, 80)
}
