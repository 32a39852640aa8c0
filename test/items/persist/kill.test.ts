// A daemon that is killed between the moment in which a SET is taken and its answer, over and over.
import { expect, test } from '@jest/globals'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { startScript } from '../../support/child.js'
import { temporary } from '../../support/temporary.js'

/** Tells what it begins with, then each value before it sets it and after it was saved. */
const DAEMON = (kind: string, stateDirectory: string): string => `
const { gather } = await import(dist + 'lib/conf/index.js')
const { Item, openPersistence, persistBaseConfig, Saver, Store } = await import(dist + 'lib/items/index.js')
const { Escapement, stderrLogger: log } = await import(dist + 'lib/movement/index.js')
const { persist } = gather({ persist: persistBaseConfig }, { argv: ['--persist.in', '${kind}'], env: {} })
const esc = Escapement.instance
const store = new Store('lamp', esc)
const open = openPersistence(persist, { esc, log, stateDirectory: ${JSON.stringify(stateDirectory)} })
const saver = new Saver({ store, persistence: await open({ store: 'lamp', alias: 'main', uuid: 'x' }), esc, log })
const level = new Item(store, 'level', { persist: { durable: true }, initial: { n: 0, text: '' } })
await saver.load()
console.log(JSON.stringify({ begin: level.value }))
for (let n = level.value.n + 1; ; n++) {
  console.log(JSON.stringify({ set: n }))
  await level.set({ n, text: 'x'.repeat((n % 7) * 3000) })
  await saver.saved(level)
  console.log(JSON.stringify({ rep: n }))
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
)
