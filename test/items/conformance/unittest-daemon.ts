/** The daemon that the captured exchanges were taken from, as one of ours: the same items, under the same names. */
import { afterAll } from '@jest/globals'
import { ItemDaemon, type DaemonOptions, type ItemFile } from '../../../lib/items/index.js'
import { Escapement, silentLogger } from '../../../lib/movement/index.js'
import { temporary } from '../../support/temporary.js'

/** What its items are. */
export const ITEMS: ItemFile = {
  angle: {
    type: 'numeric',
    format: '%2d:%2.2d:%04.1f',
    units: { '': 'radians', formatted: 'degrees' },
    initial: 0.018,
  },
  boolean: { type: 'boolean', initial: false },
  enumerated: { type: 'enumerated', enumerators: { 0: 'zero', 1: 'one', 7: 'seven' } },
  mask: { type: 'mask', enumerators: { None: 'nothing', 0: 'first', 1: 'second' } },
  number: { type: 'numeric', initial: 1 },
  readonly: { type: 'numeric', initial: 13, settable: false },
  typeless: {},
  writeonly: { type: 'numeric', gettable: false },
}

const daemons: ItemDaemon[] = []
afterAll(() => Promise.all(daemons.map((daemon) => daemon.stop())))
const esc = new Escapement()

/** Start one; it stops when the tests of the file are through. */
export async function startUnittest<D extends ItemDaemon = ItemDaemon>(
  options: DaemonOptions = {},
  daemon = new ItemDaemon('unittest', 'unittest') as D,
): Promise<{ readonly daemon: D; readonly rep: number; readonly pub: number }> {
  daemons.push(daemon)
  const usual = { esc, log: silentLogger, home: temporary(), port: 0, pubPort: 0, items: ITEMS }
  await daemon.start({ ...usual, ...options })
  return { daemon, rep: daemon.ports?.rep ?? 0, pub: daemon.ports?.pub ?? 0 }
}
