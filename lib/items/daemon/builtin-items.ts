/** The items that every daemon has, by its alias: who it is, where it runs, for how long, and at what cost. */
import { hostname } from 'node:os'
import { residentBytes } from '../../files/process-of.js'
import { Item } from '../model/item.js'
import type { ItemOptions } from '../model/item-options.js'
import type { Store } from '../model/store.js'
import type { SaveState } from '../persist/save-queue.js'
import type { Block } from './block.js'

/** Whose items they are. */
export interface BuiltinItemsOptions {
  readonly alias: string
  readonly uuid: string
  readonly block: () => Block
  /** How many publications subscribers say have never come. */
  readonly missed: () => number
  /** How the saving of persistent values is getting on; not given where none are saved. */
  readonly saving?: (() => SaveState | null) | undefined
}

const MS_PER_S = 1000
const BYTES_PER_KB = 1024
/** Within this the share of the processor that was found last is told again: of a shorter time it says nothing. */
const CPU_PERIOD_MS = 100

/**
 * Add them to a store: `_<alias>cat`, `…clk`, `…cpu`, `…mem`, `…dev`, `…host`, `…missed`, `…pid`,
 * `…pst`, `…uuid`. What changes by itself is
 * computed when it is asked for, and published only while somebody listens.
 *
 * @example
 * const store = new Store('lamp', new Escapement())
 * addBuiltinItems(store, { alias: 'main', uuid: '06c90ede-ca4f-4aa3-9729-037e3b75d93d', block: () => null, missed: () => 0 })
 * assert.equal(store.item('_mainpid').value, process.pid)
 */
export function addBuiltinItems(store: Store, { alias, uuid, block, missed, saving }: BuiltinItemsOptions): void {
  const add = (name: string, options: ItemOptions, value: unknown = null): void => {
    const item = new Item(store, `_${alias}${name}`, { settable: false, ...options })
    if (value !== null) item.publish(value) // Not `initial`: that would be told in the catalog, as if it were always so.
  }
  const started = store.esc.now()
  add('cat', { type: 'json', doc: "This daemon's part of the catalog.", compute: block })
  add('clk', {
    ...{ type: 'numeric', doc: 'For how long this daemon runs.', units: 'seconds', format: '%.3f' },
    compute: () => (store.esc.now() - started) / MS_PER_S,
  })
  add('cpu', {
    ...{ type: 'numeric', doc: 'How busy this daemon keeps a processor.', units: 'percent', format: '%.2f' },
    compute: cpuShare(store),
  })
  add('mem', {
    ...{ type: 'numeric', doc: 'How much memory this daemon has now.', units: 'kilobytes' },
    compute: () => {
      const bytes = residentBytes()
      return bytes === null ? null : Math.round(bytes / BYTES_PER_KB)
    },
  })
  const note = 'Free text, for whoever looks after this daemon.'
  add('dev', { type: 'string', doc: note, settable: true, persist: true, initial: '' })
  add('host', { type: 'string', doc: 'The machine on which this daemon runs.' }, hostname())
  add('missed', {
    ...{
      type: 'numeric',
      doc: 'How many publications subscribers say they never got: too slow, or cut off.',
      format: '%d',
    },
    compute: missed,
  })
  add('pid', { type: 'numeric', doc: "The number of this daemon's process.", format: '%d' }, process.pid)
  if (saving !== undefined) {
    add('pst', { type: 'json', doc: 'How the saving of persistent values is getting on.', compute: saving })
  }
  add('uuid', { type: 'string', doc: 'By what this daemon is known from run to run.' }, uuid)
}

/** The share of one processor since it was asked for last, in percent. */
function cpuShare({ esc }: Store): () => number {
  let since = esc.now()
  let before = process.cpuUsage()
  let share = 0
  return () => {
    const now = esc.now()
    if (now - since < CPU_PERIOD_MS) return share
    const { user, system } = process.cpuUsage(before)
    share = ((user + system) / MS_PER_S / (now - since)) * 100
    before = process.cpuUsage()
    since = now
    return share
  }
}
