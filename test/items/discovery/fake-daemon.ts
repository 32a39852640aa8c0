// Daemons that serve nothing but what discovery asks for.
import type { KnownBlock } from '../../../lib/items/discovery/known-block.js'
import { Escapement } from '../../../lib/movement/index.js'
import { RequestServer } from '../../../lib/wire/index.js'
import { blockAt } from './blocks.js'

const open: { close(): unknown }[] = []

/** Close all that a test has opened. */
export async function closeAll(): Promise<void> {
  for (const each of open.splice(0)) await each.close()
}

/** Have it closed behind the test. */
export function closing<T extends { close(): unknown }>(each: T): T {
  open.push(each)
  return each
}

/** A daemon, with what it was asked for. */
export interface FakeDaemon {
  readonly port: number
  /** What it says of itself; may be changed. */
  block: KnownBlock
  readonly asked: string[]
  close(): Promise<void>
}

/** Start one. It answers `_hash`, `_catalog` and its clock, as a daemon of Python does: of other stores with an error. */
export async function fakeDaemon(about: Partial<KnownBlock> = {}, port = 0): Promise<FakeDaemon> {
  const asked: string[] = []
  const server = new RequestServer({
    esc: Escapement.instance,
    port,
    stopMs: 0,
    handle: ({ target }) => {
      const { block } = daemon
      asked.push(target)
      if (target === `${block.store}._hash`) return { value: { [block.store]: { [block.uuid]: block.hash } } }
      if (target === '_hash') return { value: { [block.store]: { [block.uuid]: block.hash } } }
      if (target === `${block.store}._catalog`) return { value: { [block.uuid]: block } }
      if (target === `${block.store}._${block.alias}clk`) return { value: 1, time: 1 }
      throw new RangeError(`${target} is of another store`)
    },
  })
  await server.start()
  const daemon: FakeDaemon = closing({
    port: server.port,
    block: blockAt(server.port, about),
    asked,
    close: () => server.close(),
  })
  return daemon
}

/** A port at which nobody listens. */
export async function deadPort(): Promise<number> {
  const { port, close } = await fakeDaemon()
  await close()
  return port
}
