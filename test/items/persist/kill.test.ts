// A daemon that is killed between the moment in which a SET is taken and its answer, over and over.
import { expect, test } from '@jest/globals'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { RawClient } from '../../support/raw-client.js'
import { startScript } from '../../support/child.js'
import { temporary } from '../../support/temporary.js'

/** So many processes one after another take their time where others have the machine. */
const BUSY_MS = 90_000

/** Tells what it begins with, then each value before it sets it and after it was saved. */
const DAEMON = (kind: string, stateDirectory: string): string => `
const { writeSync } = await import('node:fs')
const { gather } = await import(dist + 'lib/conf/index.js')
const { Item, openPersistence, persistBaseConfig, Saver, Store } = await import(dist + 'lib/items/index.js')
const { Escapement, stderrLogger: log } = await import(dist + 'lib/movement/index.js')
const { persist } = gather({ persist: persistBaseConfig }, { argv: ['--persist.in', '${kind}'], env: {} })
const tell = (what) => writeSync(1, JSON.stringify(what) + '\\n') // What console.log queues would die with the process.
const esc = Escapement.instance
const store = new Store('lamp', esc)
const open = openPersistence(persist, { esc, log, stateDirectory: ${JSON.stringify(stateDirectory)} })
const saver = new Saver({ store, persistence: await open({ store: 'lamp', alias: 'main', uuid: 'x' }), esc, log })
const level = new Item(store, 'level', { persist: { durable: true }, initial: { n: 0, text: '' } })
await saver.load()
tell({ begin: level.value })
for (let n = level.value.n + 1; ; n++) {
  tell({ set: n })
  await level.set({ n, text: 'x'.repeat((n % 7) * 3000) })
  await saver.saved(level)
  tell({ rep: n })
}
`

interface Round {
  readonly begin: { readonly n: number; readonly text: string }
  readonly set: number
  readonly rep: number
}

/** One life, which ends when it has told so many lines. */
async function live(kind: string, directory: string, linesMax: number): Promise<Round> {
  const { child, ended } = startScript(DAEMON(kind, directory))
  let told: Partial<Round> = {}
  let lines = 0
  // What it has told before it died still comes: it counts.
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => {
    told = { ...told, ...(JSON.parse(line) as Partial<Round>) }
    if (++lines === linesMax) child.kill('SIGKILL')
  })
  await once(reader, 'close')
  const { errors } = await ended
  expect(errors).toBe('')
  const { begin = { n: NaN, text: '' }, set = begin.n, rep = begin.n } = told
  return { begin, set, rep }
}

test.each(['file', 'kv'])(
  'in %s, the next life begins with the value that was answered last, or with the one that was being set',
  async (kind) => {
    const directory = temporary()
    let before: Round = { begin: { n: 0, text: '' }, set: 0, rep: 0 }
    for (const linesMax of [2, 3, 40, 7, 1, 22]) {
      const now = await live(kind, directory, linesMax)
      expect(now.begin.text).toBe('x'.repeat((now.begin.n % 7) * 3000))
      expect([before.rep, before.set]).toContain(now.begin.n)
      before = now
    }
    expect(before.rep).toBeGreaterThan(10)
  },
  BUSY_MS,
)

/** The same as a daemon that others reach: it tells its port. */
const SERVED = (kind: string, home: string): string => `
const { Item, ItemDaemon, openPersistence, persistBaseConfig } = await import(dist + 'lib/items/index.js')
const { gather } = await import(dist + 'lib/conf/index.js')
const { Escapement, stderrLogger: log } = await import(dist + 'lib/movement/index.js')
const { persist } = gather({ persist: persistBaseConfig }, { argv: ['--persist.in', '${kind}'], env: {} })
const esc = Escapement.instance
const home = ${JSON.stringify(home)}
class Lamp extends ItemDaemon {
  setup() {
    this.addItem(Item, 'level', { type: 'json', persist: { durable: true }, initial: { n: 0 }, settable: true })
  }
}
const daemon = new Lamp('lamp')
await daemon.start({ esc, log, home, port: 0, pubPort: 0, persistence: openPersistence(persist, { esc, log, stateDirectory: home }) })
console.log(daemon.ports.rep)
`

test.each([
  ['file', [0, 1, 5, 0, 2]],
  ['kv', [1, 4, 0]],
])(
  'over the wire, a daemon with %s killed between the ACK of a SET and its REP has the old value or the new one',
  async (kind, rounds) => {
    const home = temporary()
    let answered = 0
    let asked = 0
    const found: number[] = []
    // How many SETs are answered before the one after whose ACK it is killed.
    for (const sets of rounds) {
      const { child, ended } = startScript(SERVED(kind, home))
      const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
      const client = new RawClient(Number(port))
      const { n, text = '' } = (await client.ask('GET', 'lamp.level')).payload['value'] as { n: number; text?: string }
      found.push(n)
      expect([answered, asked]).toContain(n)
      expect(text).toBe('x'.repeat((n % 7) * 3000))
      const next = (i: number) => ({ value: { n: i, text: 'x'.repeat((i % 7) * 3000) } })
      answered = asked = n
      for (let i = 0; i < sets; i++) {
        expect((await client.ask('SET', 'lamp.level', next(++asked))).payload).not.toHaveProperty('error')
        answered = asked
      }
      await client.send('a', 'last', 'SET', 'lamp.level', '', JSON.stringify(next(++asked)))
      expect(await client.next()).toMatchObject({ id: 'last', type: 'ACK' })
      child.kill('SIGKILL')
      expect((await ended).errors).toBe('')
    }
    expect(found.at(-1)).toBeGreaterThanOrEqual(5)
  },
  BUSY_MS,
)
