import { type Actions, type BoundValues, CountersignError } from '@countersign/core'
import type { Door } from '@countersign/core/door'
import { errors } from 'oidc-provider'
import type { TransactionDetail, TransactionType } from './options.js'

/** A transaction to confirm: an action with its fields. */
export type Transaction = Readonly<{ action: string; bound: BoundValues }>

/** The types of `authorization_details` that are confirmed one by one. */
export type Transactions = Readonly<{
  has: (type: string) => boolean
  /**
   * What is to be confirmed of these details; none where no type of ours is among them.
   * @throws errors.InvalidAuthorizationDetails for a detail that cannot be bound, and for more than one at a time.
   */
  of: (details: readonly TransactionDetail[]) => Transaction | undefined
}>

type Plain = Readonly<{ action: string; bind: (detail: TransactionDetail) => unknown }>

/** @throws CountersignError `ERR_COUNTERSIGN_OIDC_TRANSACTION` for a type whose action is none that is spent once. */
export function transactionsOf<A extends Actions>(
  door: Door,
  given: Readonly<Record<string, TransactionType<A>>>,
): Transactions {
  const types = new Map<string, Plain>(Object.entries<Plain>(given))
  for (const [type, one] of types) checkType(door, type, one)

  function bound(type: Plain, detail: TransactionDetail): Transaction {
    const checked = door.checkBound(type.action, fieldsOf(type, detail))
    if (checked.outcome === 'ok') return { action: type.action, bound: checked.bound }
    throw new errors.InvalidAuthorizationDetails(`a field of the type "${detail.type}" ${checked.problem}`)
  }

  return {
    has: (type) => types.has(type),
    of(details) {
      const ours = details.flatMap((detail) => {
        const type = types.get(detail.type)
        return type ? [{ type, detail }] : []
      })
      const [one] = ours
      // A code is good for what was shown with it: two transactions would be two codes, and no relying party expects that.
      if (ours.length > 1) throw new errors.InvalidAuthorizationDetails('one transaction at a time can be confirmed')
      return one && bound(one.type, one.detail)
    },
  }
}

function fieldsOf({ bind }: Plain, detail: TransactionDetail): unknown {
  try {
    return bind(detail)
  } catch {
    throw new errors.InvalidAuthorizationDetails(`the type "${detail.type}" has fields that cannot be read`)
  }
}

function checkType({ actions }: Door, type: string, { action, bind }: Plain): void {
  const requires = actions.get(action)?.requires
  if (typeof bind === 'function' && typeof requires === 'object' && requires.mode === 'once') return
  throw new CountersignError(
    'ERR_COUNTERSIGN_OIDC_TRANSACTION',
    `The type "${type}" names the action "${action}", which is none that is confirmed once, or has no "bind". Write transactions: { ${type}: { action: 'payment.approve', bind: (detail) => ({ ... }) } } with an action of the mode "once".`,
  )
}
