/** A train's accounts: what arrived at each place follows from what left the place before it. */
import type { Account, Ledger } from '../life/ledger.js'
import { firstPlace, type Plan } from './plan.js'

/** The account of each supply, cog, fork and drain, in the order of the train. */
export function balance(plan: Plan, ledger: Ledger): Account[] {
  const arrived = new Float64Array(plan.stretches.length)
  const accounts: Account[] = []
  if (plan.dead !== null) arrived[plan.dead.index] = ledger.put[firstPlace(plan.dead)] ?? 0
  for (const { index, supply, cogs, end } of plan.stretches) {
    let data = arrived[index] ?? 0
    if (supply !== null) {
      const put = ledger.put[supply.index] ?? 0
      const account = ledger.account(supply.index, supply.name, put)
      accounts.push(account)
      data += account.out
    }
    for (const { index: place, name } of cogs) {
      const account = ledger.account(place, name, data)
      accounts.push(account)
      data = account.out
    }
    if (end.kind === 'join') arrived[end.next.index] = (arrived[end.next.index] ?? 0) + data
    else if (end.kind === 'fork') {
      const account = ledger.account(end.place.index, end.place.name, data)
      const copies = account.out * (end.branches.length - 1)
      accounts.push({ ...account, split: copies, out: account.out + copies })
      for (const { stretch } of end.branches) arrived[stretch.index] = (arrived[stretch.index] ?? 0) + account.out
    } else {
      accounts.push(ledger.account(end.place.index, end.place.name, data))
    }
  }
  return accounts
}
