import { afterAll, expect, test } from '@jest/globals'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Item, ItemDaemon, PersistMemory, type DaemonOptions, type ItemRequest } from '../../../lib/items/index.js'
import { Escapement, silentLogger } from '../../../lib/movement/index.js'
import { RawClient } from '../../support/raw-client.js'
import { temporary } from '../../support/temporary.js'

const esc = new Escapement()
const daemons: ItemDaemon[] = []
afterAll(() => Promise.all(daemons.map((daemon) => daemon.stop())))

/** One that writes down what is asked of it. */
class LampDaemon extends ItemDaemon {
  readonly told: string[] = []
  fail = ''

  override setup(): void {
    this.#tell('setup')
    this.addItem(Item, 'level', { type: 'numeric', initial: 3, persist: true })
  }

  override setupFinal(): void {
    this.#tell(
      `setupFinal with ${this.store.items
        .map(({ key }) => key)
        .filter((key) => !key.startsWith('_'))
        .join()}`,
    )
    this.#tell(`level ${String(this.store.item('level').value)}`)
  }

  override cleanup(): void {
    this.#tell('cleanup')
  }

  override async run(signal: AbortSignal): Promise<void> {
    this.#tell('run')
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    this.#tell('run ends')
  }

  #tell(what: string): void {
    this.told.push(what)
    if (this.fail !== '' && what.startsWith(this.fail)) throw new Error('as told')
  }
}

const home = temporary()

async function start(options: DaemonOptions & { readonly alias?: string; readonly fail?: string } = {}) {
  const { alias = 'main', fail = '', ...more } = options
  const daemon = new LampDaemon('lamp', alias)
  daemon.fail = fail
  daemons.push(daemon)
  const started = daemon.start({ esc, log: silentLogger, home, port: 0, pubPort: 0, ...more })
  await started
  return daemon
}

test('it starts and stops in order, and whoever asks meanwhile is answered', async () => {
  mkdirSync(join(home, 'daemon/store/lamp'), { recursive: true })
  writeFileSync(
    join(home, 'daemon/store/lamp/order.yaml'),
    'colour: { type: string, initial: red }\nlevel: { units: mm }\n',
  )
  const announced: string[] = []
  const announcer = {
    announce: (block: () => { readonly alias: string; readonly provenance: readonly object[] }) => {
      announced.push(`${block().alias} at ${block().provenance.length}`)
      return Promise.resolve()
    },
    withdraw: () => Promise.resolve(void announced.push('withdrawn')),
  }
  const daemon = await start({ alias: 'order', announcer })
  const client = new RawClient(daemon.ports?.rep ?? 0)
  expect((await client.ask('GET', 'lamp.colour')).payload).toMatchObject({ value: 'red' })
  expect((await client.ask('GET', 'lamp._orderuuid')).payload).toMatchObject({
    value: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
  await daemon.stop()
  await daemon.stop()
  await daemon.ended
  expect(announced).toEqual(['order at 1', 'withdrawn'])
  expect(daemon.told).toEqual(['setup', 'setupFinal with level,colour', 'level 3', 'run', 'run ends', 'cleanup'])
  expect(daemon.ports).toBeNull()
})

test('of several that fail, each says its step, and what was done before is undone', async () => {
  for (const [fail, step] of [
    ['setupFinal', 'setupFinal()'],
    ['setup', 'setup()'],
  ] as const) {
    const daemon = new LampDaemon('lamp', 'failing')
    daemon.fail = fail
    const started = daemon.start({ esc, log: silentLogger, home, port: 0, pubPort: 0 })
    await expect(started).rejects.toThrow(`lamp.failing cannot start: ${step}: as told`)
    await expect(started).rejects.toThrow(expect.objectContaining({ code: 'ERR_DAEMON_START' }))
    expect(daemon.told.slice(-1)).toEqual(['cleanup'])
    await daemon.ended
  }
  const again = await start({ alias: 'failing' }) // Nobody has its place.
  const announcer = { announce: () => Promise.reject(new Error('nobody hears')), withdraw: () => Promise.resolve() }
  const port = again.ports?.rep ?? 0
  await again.stop()
  const unheard = start({ alias: 'failing', announcer, port })
  await expect(unheard).rejects.toThrow('lamp.failing cannot start: announce itself: nobody hears')
  const last = await start({ alias: 'failing', port })
  expect(last.ports?.rep).toBe(port) // Nor its port.
})

test('a second instance of the same name is refused before its setup', async () => {
  await start({ alias: 'one' })
  const second = new LampDaemon('Lamp', 'ONE')
  await expect(second.start({ esc, log: silentLogger, home })).rejects.toThrow(
    `lamp.one cannot start: take its place: the daemon one of lamp runs already: process ${process.pid} has`,
  )
  expect(second.told).toEqual([])
})

test('it is where it was before, and new ones keep off', async () => {
  const first = await start({ alias: 'kept', port: undefined as never, pubPort: undefined as never })
  const ports = first.ports
  expect(ports?.rep).toBeGreaterThanOrEqual(10_079)
  expect(ports?.pub).toBeGreaterThanOrEqual(10_139)
  await first.stop()
  const other = await start({ alias: 'new', port: undefined as never, pubPort: undefined as never })
  expect([other.ports?.rep, other.ports?.pub]).not.toContain(ports?.rep)
  expect([other.ports?.rep, other.ports?.pub]).not.toContain(ports?.pub)
  const again = await start({ alias: 'kept', port: undefined as never, pubPort: undefined as never })
  expect(again.ports).toEqual(ports)
})

test('saved values are there before anybody can ask, and what is set is saved', async () => {
  const memory = new PersistMemory()
  const options: DaemonOptions = { persistence: (place) => memory.of(place) }
  const first = await start({ alias: 'saved', ...options })
  await new RawClient(first.ports?.rep ?? 0).ask('SET', 'lamp.level', { value: 7 })
  await first.stop()
  const second = await start({ alias: 'saved', ...options })
  expect(second.told).toContain('level 7')
})

test('a run that fails stops the daemon with its error', async () => {
  const daemon = await start({ alias: 'run', fail: 'run' })
  await expect(daemon.ended).rejects.toThrow('as told')
  expect(daemon.told).toEqual(['setup', expect.anything(), expect.anything(), 'run', 'cleanup'])
})

test('stopped while it starts, it does not start', async () => {
  const daemon = new LampDaemon('lamp', 'early')
  const started = daemon.start({ esc, log: silentLogger, home, port: 0, pubPort: 0 })
  const stopped = daemon.stop()
  await expect(started).rejects.toThrow('lamp.early was stopped before it had started')
  await stopped
  await expect(daemon.start({})).rejects.toThrow('lamp.early was started before')
})

test('what a request has set going may end, and run has its time, but not for ever', async () => {
  class Slow extends ItemDaemon {
    readonly told: string[] = []
    override setup(): void {
      const { told } = this
      this.addItem(
        class extends Item<number> {
          override async reqSet({ value }: ItemRequest): Promise<unknown> {
            await new Promise((resolve) => setImmediate(resolve))
            told.push('set')
            return value
          }
        },
        'level',
      )
    }
    override async run(): Promise<void> {
      await new Promise(() => undefined)
    }
    override cleanup(): void {
      this.told.push('cleanup')
    }
  }
  const daemon = new Slow('lamp', 'slow')
  await daemon.start({ esc, log: silentLogger, home, port: 0, pubPort: 0, stopMs: 1 })
  const answered = new RawClient(daemon.ports?.rep ?? 0).ask('SET', 'lamp.level', { value: 5 })
  while ((await daemon.store.item('level').read()).value === null && daemon.told.length === 0)
    await new Promise(setImmediate)
  const stopped = daemon.stop()
  await expect(stopped).rejects.toThrow('run() failed: it has not ended 1 ms after its signal')
  expect((await answered).payload).toEqual({ value: true })
  expect(daemon.told).toEqual(['set', 'cleanup'])
})

test('a run method that is not there keeps a daemon from starting', async () => {
  class Misspelt extends ItemDaemon {
    static readonly runs = ['fetsh']
  }
  const daemon = new Misspelt('misspelt')
  daemons.push(daemon)
  const start = daemon.start({ esc, log: silentLogger, home: temporary(), port: 0, pubPort: 0 })
  await expect(start).rejects.toThrow(/find its run methods: Misspelt names fetsh among its runs/)
})

test('that its items are others is told at once, and that they are the same is not', async () => {
  const told: number[] = []
  const announcer = {
    announce: (block: () => { items: object }) => {
      told.push(Object.keys(block().items).length)
      return told.length === 3 ? Promise.reject(new Error('the name is taken')) : Promise.resolve()
    },
    withdraw: () => Promise.resolve(),
  }
  const warned: string[] = []
  const warn = (_: unknown, message?: string): void => void warned.push(String(message))
  const daemon = await start({ alias: 'grows', announcer, log: { ...silentLogger, warn } })
  const heard: unknown[] = []
  daemon.store
    .item('_growscat')
    .subscribe((block) => heard.push(Object.keys((block as { items: object }).items).length))
  const [count = 0] = told
  await daemon.announce()
  expect([told, heard]).toEqual([[count], []])
  new Item(daemon.store, 'more')
  await daemon.announce()
  expect([told, heard]).toEqual([[count, count + 1], [count + 1]])
  new Item(daemon.store, 'most')
  await daemon.announce()
  expect(warned).toEqual(["not everybody was told of lamp.grows's new items: the name is taken"])
  await daemon.stop()
  new Item(daemon.store, 'late')
  await daemon.announce()
  expect(told).toHaveLength(3)
})
