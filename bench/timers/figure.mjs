// timers: a million of them, to Node's own setTimeout.
import { measure } from '../rounds.mjs'
import { runNode } from '../processes.mjs'

export const goals = [
  { atMost: 1, says: 'delays uniform over 1,000 values: R to setTimeout' },
  { variant: 'distinct', atMost: 1, says: 'all distinct, set and taken back: R to setTimeout' },
  { variant: 'fine', atMost: 1, says: 'all distinct within a second, run: R to setTimeout, which rounds them' },
]

const COUNT = 1_000_000

export async function run({ rounds, scale, progress }) {
  const count = Math.max(1000, Math.round(COUNT * scale))
  const results = []
  for (const variant of ['uniform', 'distinct', 'fine']) {
    const contender = (who) => async () => {
      const { ns, ...output } = await runNode('bench/timers/set.mjs', [who, variant, count])
      return { cost: ns, output }
    }
    const { result } = await measure({
      name: variant,
      unit: 'ns of CPU a timer',
      rounds,
      progress,
      contenders: { ours: contender('ours'), limit: contender('limit') },
    })
    delete result.variants
    results.push(result)
  }
  const [uniform, distinct, fine] = results
  return { result: { ...uniform, name: 'timers', variants: { distinct, fine } }, missing: {} }
}
