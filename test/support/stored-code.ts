/** Runs the file of stored code here, over a `_self` that does what a test says: no process, no store, no time. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json } from '../../lib/kv/index.js'
import { compileBody, stripped } from '../../lib/runner/code/compile.js'
import { InfoQueue } from '../../lib/runner/host/child/info-queue.js'
import { CLASSES } from '../../lib/runner/host/child/messages.js'
import type { Path } from '../../lib/runner/path.js'
import { root } from './sources.js'

/** Start the code of a file, with its inputs; `stored` is what the store has. */
export function startStored(
  file: string,
  inputs: Readonly<Record<string, unknown>>,
  stored: Record<string, Json> = {},
) {
  const queue = new InfoQueue()
  const did: unknown[][] = []
  const waiting: (() => void)[] = []
  const note = (...what: unknown[]): Promise<void> => {
    did.push(what)
    for (const look of waiting.splice(0)) look()
    return Promise.resolve()
  }
  const timer = { run: (ms: number) => void note('timer', ms) }
  const _self = {
    get: (path: Path) => Promise.resolve(stored[path.join('.')]),
    set: (path: Path, value: Json) => note('set', path.join('.'), value),
    watch: (path: Path, { fetch = true }: { fetch?: boolean }) => note('watch', path.join('.'), fetch),
    timer: () => timer,
    setupDone: () => note('setupDone'),
  }
  const _log = { warn: (_fields: object, text: string) => void note('warn', text) }
  const code = readFileSync(join(root, file), 'utf8')
  const js = stripped('code', 'the.code', { code, lang: 'ts' })
  const given = { ...inputs, _self, _log, _info: queue, _cls: CLASSES }
  const run = compileBody({ path: 'the.code', js, mode: 'async' }, Object.keys(given))
  const ended = run(...Object.values(given)) as Promise<void>
  ended.catch(() => undefined) // A test looks at it when it likes.
  return {
    ended,
    queue,
    change: (value?: Json): void => {
      const change = new CLASSES.ChangeMsg(null, ['src'])
      queue.push(value === undefined ? change : Object.assign(change, { value }))
    },
    ring: (): void => void queue.push(new CLASSES.TimerMsg(timer)),
    /** What it did, once it is so many things; they are taken away. */
    took: async (count: number): Promise<unknown[][]> => {
      while (did.length < count) await Promise.race([new Promise<void>((resolve) => waiting.push(resolve)), ended])
      return did.splice(0)
    },
  }
}
