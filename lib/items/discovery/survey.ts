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
  /** Who answers calls: registries, and daemons themselves. */
  readonly callers: readonly AsyncIterable<{ readonly host: string; readonly port: number }>[]
  /** Somebody else is where this one was. */
  readonly onGone: (block: KnownBlock) => Promise<void>
}

/** Look around once. */
export async function survey({ asking, log, remembered, callers, onGone }: SurveyOptions): Promise<Survey> {
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
  const ask = async (host: string, rep: number): Promise<void> => {
    try {
      const stores = await asking.storesAt({ host, rep })
      const blocks = (await Promise.all(stores.map((store) => asking.blocksAt({ host, rep }, store)))).flat()
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
  const hear = async (caller: SurveyOptions['callers'][number]): Promise<void> => {
    const asked: Promise<void>[] = []
    for await (const { host, port } of caller) asked.push(ask(host, port))
    await Promise.all(asked)
  }
  const known = (await remembered()).map(confirm)
  await Promise.all([...known, ...callers.map(hear)])
  for (const block of gone) if (!located.has(block.uuid)) await onGone(block)
  return {
    located: [...located.values()].sort((one, other) => (nameOf(one.block) < nameOf(other.block) ? -1 : 1)),
    silent: [...silent.values()].filter(({ block }) => !located.has(block.uuid)),
  }
}

function nameOf({ store, alias }: KnownBlock): string {
  return `${store}.${alias}`
}
