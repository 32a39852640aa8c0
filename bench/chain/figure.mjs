// chain: ten trivial cogs in memory, with everything that a train does on: guard, accounts, one ticket for 256 data.
import { existsSync } from 'node:fs'
import { measure, NOT_INSTALLED } from '../rounds.mjs'
import { root, runNode } from '../processes.mjs'

export const goals = [
  { atMost: 1.15, says: 'plain: R to the hand-written loop' },
  { variant: 'fanout', atMost: 1.4 },
  { variant: 'filter', atMost: 1.2 },
  { variant: 'contract', atMost: 1.3 },
  { variant: 'contract-fanout', atMost: 1.5 },
  { variant: 'contract-filter', atMost: 1.7 },
  { variant: 'classes', atMost: 1.6 },
  {
    variant: 'fourth',
    to: 'first',
    atMost: 1.05,
    says: 'a fourth train of other shapes, R to the first (5 % is noise)',
  },
  { to: 'rxjs', atMost: 0.2, says: 'plain: R to RxJS' },
  { variant: 'fanout', to: 'rxjs', atMost: 0.2 },
  { variant: 'filter', to: 'rxjs', atMost: 0.2 },
]

const COUNT = 2_000_000

export async function run({ rounds, scale, progress }) {
  const count = Math.max(10_000, Math.round(COUNT * scale))
  const most = existsSync(`${root}bench/peers/node_modules/@most/core`)
  const one = (contender, variant) => async () => {
    const { ns, ...output } = await runNode('bench/chain/one.mjs', [contender, variant, count])
    return { cost: ns, output }
  }
  const plan = {
    plain: { ours: 'ours', limit: 'hand', rxjs: 'rxjs', most: 'most' },
    fanout: { ours: 'ours', limit: 'hand', rxjs: 'rxjs' },
    filter: { ours: 'ours', limit: 'hand', rxjs: 'rxjs', most: 'most' },
    contract: { ours: 'contract', limit: 'hand' },
    'contract-fanout': { ours: 'contract', limit: 'hand' },
    'contract-filter': { ours: 'contract', limit: 'hand' },
    classes: { ours: 'classes', limit: 'hand' },
    fourth: { ours: 'fourth', limit: 'hand', first: 'ours' },
  }
  const results = {}
  let missing = {}
  for (const [name, who] of Object.entries(plan)) {
    const flow = /fanout|filter/.exec(name)?.[0] ?? 'plain'
    const contenders = Object.fromEntries(
      Object.entries(who).map(([as, contender]) => [
        as,
        contender === 'most' && !most ? NOT_INSTALLED : one(contender, flow),
      ]),
    )
    const measured = await measure({ name, unit: 'ns of CPU a source datum', rounds, contenders, progress })
    delete measured.result.variants
    results[name] = measured.result
    missing = { ...missing, ...measured.missing }
  }
  const { plain, ...variants } = results
  return { result: { ...plain, name: 'chain', variants }, missing }
}
