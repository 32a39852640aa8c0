/**
 * The store of daemons somewhere, as a client has it: its items are those of their catalogs, and follow them.
 *
 * A daemon that was lost is looked for anew by its name, as it may come back at another place. What its catalog says is taken
 * over when it is there again, and when it changes: items come and go.
 */
import { isDeepStrictEqual } from 'node:util'
import { codeOf, toError } from '../../errors/index.js'
import { Escapement, stderrLogger, type Binding, type EventLoop, type Logger } from '../../movement/index.js'
import { Backoff } from '../../net/backoff.js'
import { curveFor, type Located } from '../discovery/asking.js'
import { readDaemonName } from '../discovery/daemon-name.js'
import { Directory, type DirectoryOptions } from '../discovery/directory.js'
import { isSameBlock, readBlock, type KnownBlock } from '../discovery/known-block.js'
import { Item } from '../model/item.js'
import { MissedCount } from '../model/missed-count.js'
import { Store } from '../model/store.js'
import { optionsOf } from '../types/description.js'
import { DaemonLink } from './daemon-link.js'
import { StoreLink } from './store-link.js'

/** Where daemons are looked for, and how they are followed. */
export interface OpenStoreOptions extends Partial<DirectoryOptions> {
  /** How soon a daemon that was lost is looked for; the time doubles from try to try. 500 ms if it isn't given. */
  readonly retryMs?: number
  /** Above which it doesn't grow; 30 s if it isn't given. */
  readonly retryMaxMs?: number
  /** After how long a value is asked for once more; 1 s if it isn't given. */
  readonly settleMs?: number
  /** Whether each item is followed from the beginning, or only while somebody listens to it (if it isn't given). */
  readonly subscribe?: boolean
  /** Ends the search for the daemons. */
  readonly signal?: AbortSignal
}

/**
 * Open the store of some daemons. Its items are there when it resolves.
 *
 * @param name `NAME`, `NAME:HOST`, `NAME:PORT` (of this machine) or `NAME:HOST:PORT`.
 * @throws {DiscoveryError} ERR_NO_DAEMON if nobody answers to that name: it says what was tried; ERR_AMBIGUOUS if it is not
 * clear who is meant.
 */
export async function openStore(name: string, options: OpenStoreOptions = {}): Promise<RemoteStore> {
  const { esc = Escapement.instance, log = stderrLogger, signal, ...rest } = options
  const directory = new Directory({ esc, log, ...rest })
  const located = await directory.locate(name, signal === undefined ? {} : { signal })
  return new RemoteStore({ ...options, esc, log, name, directory, located })
}

/** What a store is made of that was opened. */
export interface RemoteStoreOptions extends OpenStoreOptions {
  readonly esc: EventLoop
  readonly log: Logger
  /** As it was asked for. */
  readonly name: string
  readonly directory: Directory
  readonly located: readonly Located[]
}

/** A daemon of the store. */
interface Follower {
  readonly link: DaemonLink
  located: Located
}

/** A store whose items follow those of daemons. */
export class RemoteStore extends Store {
  readonly #options: RemoteStoreOptions
  readonly #links: StoreLink
  /** By their UUIDs. */
  readonly #followers = new Map<string, Follower>()
  readonly #backoff: Backoff
  readonly #stopWatch: () => void
  readonly #closing = new AbortController()
  readonly #entries = new Map<string, unknown>()
  readonly #missed: MissedCount
  #timer: Binding | null = null
  #looking: Promise<void> | null = null

  constructor(options: RemoteStoreOptions) {
    const { esc, log, name, directory, located, retryMs = 500, retryMaxMs = 30_000 } = options
    const { store } = readDaemonName(name)
    const links = new StoreLink(store)
    super(store, esc, { link: links, log })
    this.#options = options
    this.#links = links
    this.#backoff = new Backoff({ retryMs, retryMaxMs })
    const why = 'this side reads too slowly, or was cut off; what is the latest by now is asked for'
    this.#missed = new MissedCount({ esc, log, text: (count) => `${count} publications of ${name} never came: ${why}` })
    this.#take(located)
    this.#stopWatch = directory.watch(name, () => void this.#look())
  }

  /** The daemons that it follows: what they say of themselves, and whether they are there. */
  get daemons(): readonly { readonly block: KnownBlock; readonly state: DaemonLink['state'] }[] {
    return [...this.#followers.values()].map(({ located, link }) => ({ block: located.block, state: link.state }))
  }

  /** How many publications that it listened to never came: this side was too slow for them, or cut off. */
  get missed(): number {
    return this.#missed.total
  }

  /**
   * Look for daemons of the store anew, and ask registries too whether there are more.
   *
   * @throws {DiscoveryError} As `openStore`.
   */
  async lookAgain(): Promise<void> {
    this.#take(await this.#locate(true))
  }

  /** Let go of the daemons. */
  override close(): void {
    this.#closing.abort(new Error(`the store ${this.name} is closed`))
    if (this.#timer !== null) this.esc.cancel(this.#timer)
    this.#stopWatch()
    super.close()
    this.#links.close()
    for (const { link } of this.#followers.values()) link.close()
    this.#followers.clear()
  }

  #locate(thorough: boolean): Promise<readonly Located[]> {
    const { directory, name } = this.#options
    return directory.locate(name, { thorough, signal: this.#closing.signal })
  }

  /** Follow those who were found. Who wasn't is followed on where it was: it may be away for a moment. */
  #take(located: readonly Located[]): void {
    if (this.#closing.signal.aborted) return
    const former: DaemonLink[] = []
    for (const each of located) {
      const { uuid } = each.block
      const known = this.#followers.get(uuid)
      if (known !== undefined && isDeepStrictEqual(known.located.place, each.place)) known.located = each
      else {
        if (known !== undefined) former.push(known.link)
        this.#followers.set(uuid, { link: this.#open(each), located: each })
      }
    }
    this.#forgetReplaced(located, former)
    this.#links.replace(
      [...this.#followers.values()].map(({ link, located: { block } }) => ({
        link,
        keys: new Set(Object.keys(block.items)),
      })),
    )
    for (const link of former) link.close()
    this.#makeItems()
  }

  /** A daemon that isn't there, and in whose place another one is by now. */
  #forgetReplaced(located: readonly Located[], former: DaemonLink[]): void {
    for (const [uuid, { link, located: before }] of this.#followers) {
      const isReplaced = located.some(({ block }) => block.uuid !== uuid && block.alias === before.block.alias)
      if (!isReplaced) continue
      this.#followers.delete(uuid)
      former.push(link)
    }
  }

  #open(located: Located): DaemonLink {
    const { esc, log, settleMs, ackMs } = this.#options
    const { block, place } = located
    const catalog = `_${block.alias}cat`
    const link = new DaemonLink({
      ...{ esc, settleMs, ackMs, store: this.name, host: place.host, port: place.rep, pubPort: place.pub },
      curve: curveFor(place, this.#options),
      onMissed: (count) => this.#missed.add(count),
      onError: (error, key) => {
        // Whoever may read a part of the items only knows what there is from where the daemon was found.
        const isMayNot = key === catalog && codeOf(error) === 'ERR_FORBIDDEN'
        if (this.has(key) && !isMayNot) this.fail(error, this.item(key))
        else log.debug({ err: error, key }, `${this.name}.${key}: ${toError(error).message}`)
      },
    })
    link.onState((state) => {
      if (state === 'lost') this.#lost(link)
      else if (state === 'connected') this.#backoff.reset()
    })
    // Its block is an item, too: it is told anew when the daemon is there again, and when it changes.
    link.subscribe(catalog, ({ value }) => this.#changed(link, value))
    return link
  }

  #lost(link: DaemonLink): void {
    for (const item of this.items) if (this.#links.linkOf(item.key) === link) item.markStale()
    this.#lookLater()
  }

  /** The daemon at the end of a link says what it is now. If it is another one, that one has its own place elsewhere. */
  #changed(link: DaemonLink, sent: unknown): void {
    const follower = [...this.#followers.values()].find((each) => each.link === link)
    if (follower === undefined || sent === null) return
    try {
      const block = readBlock(sent)
      const { located } = follower
      if (block.uuid !== located.block.uuid) {
        this.#lookLater()
        return
      }
      if (isSameBlock(block, located.block)) return
      this.#take([{ ...located, block }])
    } catch (error) {
      this.log.warn({ err: error }, `the catalog of ${this.name} can't be used: ${toError(error).message}`)
    }
  }

  #lookLater(): void {
    if (this.#timer !== null || this.#closing.signal.aborted) return
    this.#timer = this.esc.after(this.#backoff.nextMs(), () => {
      this.#timer = null
      void this.#look()
    })
  }

  /** Look once, and again later if somebody is still missing. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = null
    })
    return this.#looking
  }

  async #lookOnce(): Promise<void> {
    try {
      this.#take(await this.#locate(false))
    } catch (error) {
      if (this.#closing.signal.aborted) return
      this.log.debug({ err: error }, `the daemons of ${this.name} are looked for again: ${toError(error).message}`)
    }
    const isMissing = ({ link }: Follower): boolean => link.state === 'lost'
    if ([...this.#followers.values()].some(isMissing)) this.#lookLater()
  }

  /** The items of all catalogs; those whose descriptions have changed are made anew. */
  #makeItems(): void {
    const { subscribe = false } = this.#options
    const blocks = [...this.#followers.values()].map(({ located }) => located.block)
    const wanted = new Map(blocks.flatMap(({ items }) => Object.entries(items)))
    const isKept = ({ key }: Item): boolean => isDeepStrictEqual(wanted.get(key), this.#entries.get(key))
    const gone = this.items.filter((item) => !wanted.has(item.key) || !isKept(item))
    this.remove(gone)
    for (const [key, entry] of wanted) {
      if (this.has(key)) continue
      this.#entries.set(key, entry)
      try {
        const { initial: _initial, ...options } = optionsOf(entry)
        new Item(this, key, { ...options, subscribe })
      } catch (error) {
        this.log.warn({ err: error, key }, `${this.name}.${key} can't be an item here: ${toError(error).message}`)
      }
    }
  }
}
