/** `deadbeat set` and `call` over the wire. */
import { EXIT } from '../../../app/exit-codes.js'
import { readDuration, readSize } from '../../../conf/index.js'
import { escapeControls } from '../../../errors/escape-controls.js'
import { toError } from '../../../errors/index.js'
import { ItemError, type Item } from '../../../items/index.js'
import { refuse } from '../../tell.js'
import { valueOf } from '../until.js'
import type { WireFlags } from './flags.js'
import { readPlace } from './place.js'
import { nameOf } from './read.js'
import { inSession, withExit } from './session.js'
import { fieldOf, jsonOf, textOf, type FormatFlags } from './values.js'

/** How it was written. */
export interface ChangeFlags extends WireFlags, FormatFlags {
  readonly json?: true
}

/** Set one item. It is told what the daemon has accepted. */
export async function wireSet(words: readonly string[], flags: ChangeFlags): Promise<number> {
  const { daemon, item: key, rest } = split(words)
  const [text] = rest
  if (key === null || text === undefined || rest.length > 1)
    return refuse('set needs an item and one value: deadbeat set heater.setpoint 30', EXIT.usage)
  return await inSession(flags, async ({ itemsOf, timeoutMs }) => {
    const [item] = (await itemsOf([{ daemon, item: key }])) as [Item, ...Item[]]
    const value = await item.set(written(item, text, flags), { deadlineMs: timeoutMs })
    const fields = { key: nameOf(item), value: fieldOf(item, value, flags) }
    process.stdout.write(`${flags.json ? jsonOf(fields) : `${nameOf(item)} = ${textOf(item, value, flags)}`}\n`)
    return EXIT.ok
  })
}

/** Call a method. What it answers is printed; of a stream each piece on a line. */
export async function wireCall(words: readonly string[], flags: ChangeFlags): Promise<number> {
  const { daemon, item: method, rest } = split(words)
  if (method === null) return refuse('call needs a method: deadbeat call heater.ramp 30', EXIT.usage)
  const { args, named } = argumentsOf(rest)
  return await inSession(flags, async ({ open, timeoutMs }) => {
    const store = await open(daemon)
    const limit = flags.timeout === undefined ? {} : { deadlineMs: timeoutMs } // A stream may be without an end.
    try {
      for await (const value of store.reach().stream(method, args, named, limit)) {
        const isText = typeof value === 'string' && !flags.json
        process.stdout.write(`${isText ? escapeControls(value) : jsonOf(value)}\n`)
      }
    } catch (error) {
      throw withExit(error, 'method')
    }
    return EXIT.ok
  })
}

/** `DAEMON.ITEM …` or `DAEMON ITEM …`. */
function split([first = '', ...more]: readonly string[]) {
  const { daemon, item } = readPlace(first)
  return item === null ? { daemon, item: more[0] ?? null, rest: more.slice(1) } : { daemon, item, rest: more }
}

/** How a configuration file has what is kept in these units. */
const MEASURES: ReadonlyMap<string, (text: string) => number | undefined> = new Map([
  ['ms', readDuration],
  ['bytes', readSize],
])

/**
 * People write values as they read them, spans of time and sizes as in a configuration file too; of items without a type, as JSON
 * or text.
 *
 * @throws {ItemError} ERR_ITEM_VALUE if it can't be read so.
 * @example
 * const hold = new Item(new Store('lamp', new Escapement()), 'hold', { type: 'numeric', units: 'ms' })
 * assert.deepEqual([written(hold, '90000'), written(hold, '1m30s')], [90_000, 90_000])
 */
export function written(item: Item, text: string, { unformatted = false }: FormatFlags = {}): unknown {
  const { type = 'json', units } = item.options
  if (text === 'null' && type !== 'string') return null
  if (unformatted || type === 'json') return valueOf(text)
  try {
    return item.parse(text)
  } catch (error) {
    const measured = type === 'numeric' && typeof units === 'string' ? MEASURES.get(units)?.(text) : undefined
    if (measured !== undefined) return measured
    throw new ItemError('ERR_ITEM_VALUE', `cannot set ${item.key}: ${toError(error).message}`, { cause: error })
  }
}

/**
 * The arguments of a method: `name=value` is one by its name, anything else one by its place. A value is read as JSON, else
 * it is text.
 *
 * @example
 * assert.deepEqual(argumentsOf(['5', 'a b', 'rate=2']), { args: [5, 'a b'], named: { rate: 2 } })
 */
export function argumentsOf(words: readonly string[]) {
  const isNamed = (word: string): boolean => /^[A-Za-z_$][\w$]*=/.test(word)
  const pairs = words.filter(isNamed).map((word): [string, unknown] => {
    const at = word.indexOf('=')
    return [word.slice(0, at), valueOf(word.slice(at + 1))]
  })
  return { args: words.filter((word) => !isNamed(word)).map(valueOf), named: Object.fromEntries(pairs) }
}
