/** Which daemons there are, of whatever store: whoever is known is asked, all side by side, and so is who answers a call. */
import type { Logger } from '../../movement/index.js'
import { toError } from '../../errors/index.js'
import { hostAndPort } from '../../net/listen.js'
import type { Asking, Located } from './asking.js'
import { endpointOf, type KnownBlock } from './known-block.js'

/** A daemon that is remembered and doesn't answer. */
export interface SilentDaemon {
  readonly block: KnownBlock
  /** Why it counts as one. */
  readonly error: Error
}

/** What a look around has shown: each daemon once. */
export interface Survey {
  readonly located: readonly Located[]
  readonly silent: readonly SilentDaemon[]
}

/** What a look around works with. */
export interface SurveyOptions {
  readonly asking: Asking
  readonly log: Logger
  /** The blocks that are known without asking anybody. */
  readonly remembered: () => Promise<readonly KnownBlock[]>
  /** Registries that answer calls. */
  readonly registries: AsyncIterable<Caller>
  /** Daemons that answer calls themselves. */
  readonly daemons: AsyncIterable<Caller>
  /** Somebody else is where this one was. */
  readonly onGone: (block: KnownBlock) => Promise<void>
}

/** Where somebody has answered. */
interface Caller {
  readonly host: string
  readonly port: number
}

/** Look around once. */
export async function survey({ asking, log, remembered, registries, daemons, onGone }: SurveyOptions): Promise<Survey> {
  const located = new Map<string, Located>()
  const silent = new Map<string, SilentDaemon>()
  const gone: KnownBlock[] = []
  const confirm = async (block: KnownBlock): Promise<void> => {
    if (located.has(block.uuid)) return
    const verdict = await asking.confirm(block)
    if (verdict.is === 'live') located.set(block.uuid, verdict.located)
    else if (verdict.is === 'silent') silent.set(block.uuid, { block, error: verdict.error })
    else gone.push(block)
  }
  const ask = async ({ host, port: rep }: Caller, isRegistry: boolean): Promise<void> => {
    const at = { host, rep }
    try {
      const stores = await (isRegistry ? asking.storesOf(at) : asking.storesAt(at))
      const blocksOf = (store: string) => (isRegistry ? asking.blocksOf(at, store) : asking.blocksAt(at, store))
      const blocks = (await Promise.all(stores.map(blocksOf))).flat()
      await Promise.all(
        blocks.map(async (block) => {
          const own = block.provenance.length === 1 ? endpointOf(block) : null
          // What a daemon says of where it is counts less than where it has answered.
          if (own?.rep !== rep) await confirm(block)
          else {
            const { pub, curve } = own
            located.set(block.uuid, { block, place: { host, rep, pub, ...(curve === undefined ? {} : { curve }) } })
          }
        }),
      )
    } catch (error) {
      const where = hostAndPort(host, rep)
      log.debug({ err: error, where }, `what answers at ${where} is not known: ${toError(error).message}`)
    }
  }
  const hear = async (callers: AsyncIterable<Caller>, isRegistry: boolean): Promise<void> => {
    const asked: Promise<void>[] = []
    for await (const caller of callers) asked.push(ask(caller, isRegistry))
    await Promise.all(asked)
  }
  const known = (await remembered()).map(confirm)
  await Promise.all([...known, hear(registries, true), hear(daemons, false)])
  for (const block of gone) if (!located.has(block.uuid)) await onGone(block)
  return {
    located: [...located.values()].sort((one, other) => (nameOf(one.block) < nameOf(other.block) ? -1 : 1)),
    silent: [...silent.values()].filter(({ block }) => !located.has(block.uuid)),
  }
}

function nameOf({ store, alias }: KnownBlock): string {
  return `${store}.${alias}`
}
