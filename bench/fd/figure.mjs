// fd: a hundred descriptors that are ready, through fdRegister and through the binding called bare.
import { measure } from '../rounds.mjs'
import { runNode } from '../processes.mjs'

export const goals = [{ atMost: 1.25 }]

const COUNT = 1_000_000

export async function run({ rounds, scale, progress }) {
  const count = Math.max(1000, Math.round((COUNT * scale) / 100) * 100)
  const contender = (method) => async () => {
    const { cpuNs, wallNs, isFair } = await runNode('bench/fd/count.mjs', [method, count])
    return { cost: cpuNs, also: { wall: wallNs }, output: isFair }
  }
  return measure({
    name: 'fd',
    unit: 'ns of CPU an event',
    units: { wall: 'ns an event' },
    rounds,
    progress,
    contenders: { ours: contender('escapement'), limit: contender('bare') },
  })
}
