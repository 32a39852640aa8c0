// broker: a train that drains into a stream of NATS JetStream and one that is supplied from it, beside the smallest program
// on the same client, and beside one by the client's own calls for JetStream.
import { isInstalled, runNode } from '../processes.mjs'
import { measure } from '../rounds.mjs'
import { startNats } from './server.mjs'

export const goals = [
  { atMost: 1.25, says: 'train to train, both at once: R to limit' },
  { variant: 'publish', atMost: 1.25, says: 'publish until stored: R to limit' },
  { variant: 'consume', atMost: 1.25, says: 'consume until acknowledged: R to limit' },
]

const COUNT = 40_000

export async function run({ rounds, scale, progress }) {
  const count = Math.max(2000, Math.round(COUNT * scale))
  if (!isInstalled('nats-server'))
    throw new Error('nats-server is not installed: as root, apt-get install -y nats-server')
  const server = await startNats()
  const contender = (script) => async () => {
    const { costs, outputs } = await runNode(`bench/broker/${script}.mjs`, [server.port, count])
    const { through, ...also } = costs
    return { cost: through, also, output: outputs }
  }
  try {
    return await measure({
      name: 'broker',
      unit: 'ns a message',
      rounds,
      progress,
      contenders: { ours: contender('ours'), limit: contender('bare'), jetstream: contender('jetstream') },
    })
  } finally {
    await server.end()
  }
}
