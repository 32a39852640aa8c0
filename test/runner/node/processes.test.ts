/**
 * Nodes as processes that are killed and stand still. In a file here; by `npm run soak` also on etcd, with a bound on the time.
 */
import { join } from 'node:path'
import { openKv, type Backend, type PathWatch } from '../../../lib/kv/index.js'
import { Keys, readJobState } from '../../../lib/runner/index.js'
import { startDeadbeat, scratch } from '../../app/scratch.js'
import { hasEtcd, startEtcd } from '../../support/etcd.js'
import { standStill } from '../../support/stand-still.js'
import { anyJob } from './kit.js'

const keys = new Keys()
const id = anyJob('beats')
const isSoak = process.env['FLEET_SOAK'] !== undefined
// How long a node may be missed, and what of that a test can afford.
const TTL_S = isSoak ? 4 : 1

const BEATING = `
  for (let n = 1; ; n++) {
    await _self.set(_P('beat'), { fence: _fence, n })
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
`

/** Two nodes, and a job that writes its token again and again. */
async function startFleet(url: string, open: () => Backend) {
  const dir = scratch({})
  const kv = open()
  await kv.put(keys.code(['beat']), JSON.stringify({ mode: 'async', code: BEATING }))
  // On a busy machine it may be lost more often than it is here: it waits for no back-off.
  await kv.put(keys.job(id), JSON.stringify({ code: 'beat', target: 1, delay: 0 }))
  const fences: number[] = []
  let watch: PathWatch | null = null
  const start = (name: string) =>
    startDeadbeat(dir, ['node', '--name', name, '--kinds', 'any', '--url', url, '--ttl', `${TTL_S}s`], 'answers at')
  const nodes = { a: await start('a'), b: await start('b') }

  /** The token of the next beat that satisfies. */
  async function beat(satisfies: (fence: number) => boolean = () => true): Promise<number> {
    watch ??= kv.watch('/beat')
    for (;;) {
      const { value: event } = await watch.next()
      if (event === undefined) throw new Error('the fleet was closed')
      const { fence } = JSON.parse(event.value ?? '{}') as { fence: number }
      fences.push(fence)
      if (satisfies(fence)) return fence
    }
  }

  const owner = async (): Promise<'a' | 'b' | null> =>
    readJobState(JSON.parse((await kv.get(keys.state(id, '')))[0]!) as never).node as 'a'

  return {
    ...{ kv, nodes, fences, beat },
    /** Who has it, once it beats. */
    owner: async (): Promise<'a' | 'b'> => {
      for (;;) {
        await beat()
        const name = await owner()
        if (name !== null) return name
      }
    },
    /** The token of a beat later than that one, when somebody else than this node has it. */
    replaced: async (node: string, first: number): Promise<number> => {
      for (;;) {
        const fence = await beat((fence) => fence > first)
        if (![node, null].includes(await owner())) return fence
      }
    },
    outcome: async (attempt: number): Promise<string> => {
      const [text] = await kv.get(keys.attempt(id, '', attempt))
      return (JSON.parse(text ?? '{}') as { outcome?: string }).outcome ?? 'none'
    },
    /** A node has joined anew. */
    joined: async (name: string, after: number) => {
      const members = kv.treeCache(keys.members('any', 'default'))
      const member = keys.member('any', 'default', name)
      await members.until((cache) => (cache.entry(member)?.modRevision ?? 0) > after)
      members.close()
    },
    close: async () => {
      watch?.close()
      for (const { child } of Object.values(nodes)) child.kill('SIGKILL')
      await Promise.all(Object.values(nodes).map(({ ended }) => ended))
      await kv.close()
    },
  }
}

type Fleet = Awaited<ReturnType<typeof startFleet>>

/** No owner ever wrote after a later one. */
function expectInOrder(fences: readonly number[]): void {
  expect(fences).toEqual([...fences].sort((a, b) => a - b))
}

const stores: [string, () => Promise<string>][] = [['a file', () => Promise.resolve(`file:${join(scratch({}), 'kv')}`)]]
if (isSoak && hasEtcd) {
  stores.push([
    'etcd',
    async () => {
      const etcd = await startEtcd()
      return etcd.url.replace('http:', 'etcd:')
    },
  ])
}

describe.each(stores)('on %s', (_, urlOf) => {
  let url: string
  let fleet: Fleet
  beforeAll(async () => {
    url = await urlOf()
    fleet = await startFleet(url, () => openKv(url))
  })
  afterAll(() => fleet.close())

  it('a node that stands still is replaced, and writes nothing when it wakes', async () => {
    const first = await fleet.beat()
    const stopped = await fleet.owner()
    const { child } = fleet.nodes[stopped]
    const since = performance.now()
    if (url.startsWith('file:')) await standStill(child, url.slice('file:'.length))
    else child.kill('SIGSTOP')
    const second = await fleet.replaced(stopped, first)
    const tookMs = performance.now() - since
    expect(await fleet.outcome(1)).toBe('lost')
    child.kill('SIGCONT')
    await fleet.joined(stopped, second)
    await fleet.beat()
    expectInOrder(fleet.fences)
    if (isSoak) expect(tookMs).toBeLessThan(TTL_S * 1000 + 1500)
  })

  it('a node that is killed is replaced, and its job does not outlive it', async () => {
    const first = await fleet.beat()
    const killed = await fleet.owner()
    const since = performance.now()
    fleet.nodes[killed].child.kill('SIGKILL')
    await fleet.replaced(killed, first)
    const tookMs = performance.now() - since
    await fleet.beat()
    expectInOrder(fleet.fences)
    if (isSoak) expect(tookMs).toBeLessThan(TTL_S * 1000 + 1500)
  })
})
