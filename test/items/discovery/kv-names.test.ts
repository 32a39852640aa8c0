import { KvNames } from '../../../lib/items/discovery/kv-names.js'
import { entryOf, thisProcess } from '../../../lib/items/discovery/name-entry.js'
import { MemoryBackend } from '../../../lib/kv/index.js'
import { silentLogger } from '../../../lib/movement/logger.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { blockAt } from './blocks.js'

const open: MemoryBackend[] = []
afterEach(async () => {
  for (const kv of open.splice(0)) await kv.close()
})

function start() {
  const lines: string[] = []
  const log = { ...silentLogger, warn: (_fields: object | string, message?: string) => void lines.push(message ?? '') }
  const kv = new MemoryBackend({ clock: new ManualClock(), log })
  open.push(kv)
  return { kv, lines, names: new KvNames({ kv }) }
}
const entry = entryOf(blockAt(7), thisProcess(5))

test('a name is there as long as it is held', async () => {
  const { names, kv } = start()
  const held = await names.register(entry)
  await names.register(entryOf(blockAt(9, { store: 'other' }), thisProcess(5)))
  expect(await names.of('Lamp')).toEqual([entry])
  expect(await names.all()).toHaveLength(2)
  expect((await kv.listKeys('/deadbeat/daemon/', { recurse: 3 }))[0]).toEqual([
    '/deadbeat/daemon/lamp/main',
    '/deadbeat/daemon/other/main',
  ])
  await held.withdraw()
  expect(await names.of('lamp')).toEqual([])
})

test('a name that another daemon holds is refused, with who has it', async () => {
  const { names } = start()
  await names.register(entry)
  await expect(names.register(entryOf(blockAt(9), thisProcess(5)))).rejects.toThrow(
    `the name lamp main belongs to another daemon, process ${process.pid} on ${entry.process.host} at 127.0.0.1:7: stop that one`,
  )
  expect(await names.of('lamp')).toEqual([entry])
})

test('a daemon that comes back takes its own name over, and keeps it when its former lease ends', async () => {
  const { names } = start()
  const former = await names.register(entry)
  const now = entryOf(blockAt(7, { hash: 8 }), thisProcess(6))
  await names.register(now)
  await former.withdraw()
  expect(await names.of('lamp')).toEqual([now])
})

test('a name that the database lost is taken again, as it was said last', async () => {
  const { names, kv, lines } = start()
  const held = await names.register(entry)
  const next = entryOf(blockAt(7, { hash: 8 }), thisProcess(5))
  await held.update(next)
  expect(await names.of('lamp')).toEqual([next])
  const cache = kv.treeCache('/deadbeat/daemon')
  await cache.ready
  const again = new Promise<void>((resolve) => cache.onChange(({ kind }) => kind === 'added' && resolve()))
  for (const id of await kv.engine.leases()) await kv.engine.revoke(id)
  await held.update(next).catch(() => undefined) // It sees there that the lease is gone.
  await again
  expect(await names.of('lamp')).toEqual([next])
  expect(lines).toEqual([expect.stringContaining('the name lamp main was lost')])
})

test('changes of a store are told, and those of others are not', async () => {
  const { names } = start()
  const told: (() => void)[] = []
  let count = 0
  const stop = names.watch('lamp', () => {
    count += 1
    told.shift()?.()
  })
  const next = () => new Promise<void>((resolve) => told.push(resolve))
  await names.of('lamp')
  await names.register(entryOf(blockAt(9, { store: 'lamp2' }), thisProcess(5)))
  const came = next()
  const held = await names.register(entry)
  await came
  const gone = next()
  await held.withdraw()
  await gone
  expect(count).toBe(2)
  stop()
})

test('an entry that can not be used is passed over, and told', async () => {
  const { names, kv, lines } = start()
  await names.register(entry)
  await kv.put('/deadbeat/daemon/lamp/bad', '{')
  await kv.put('/deadbeat/daemon/lamp/copy', (await kv.get('/deadbeat/daemon/lamp/main'))[0] ?? '')
  expect(await names.of('lamp')).toEqual([entry])
  expect(lines).toEqual([
    expect.stringContaining('/deadbeat/daemon/lamp/bad is passed over'),
    expect.stringContaining('it is the entry of another name'),
  ])
})

test('what can not be read belongs to nobody', async () => {
  const { names, kv } = start()
  await kv.put('/deadbeat/daemon/lamp/main', 'nonsense')
  await names.register(entry)
  expect(await names.of('lamp')).toEqual([entry])
})

test('the prefix is a setting', async () => {
  const { kv } = start()
  const names = new KvNames({ kv, prefix: '/site/a' })
  await names.register(entry)
  expect((await kv.get('/site/a/daemon/lamp/main'))[0]).toContain('"alias":"main"')
})
