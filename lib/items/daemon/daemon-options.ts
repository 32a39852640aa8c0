/** How a daemon is run: where it is reached, and what it keeps where. What its items are is said by its class. */
import type { EventLoop, Logger } from '../../movement/index.js'
import type { Rights, WriteAudit } from '../../rights/index.js'
import type { Store } from '../model/store.js'
import type { Persistence, Place } from '../persist/persistence.js'
import type { RunOptions } from '../proxy/runs.js'
import type { SaveTimes } from '../persist/save-queue.js'
import type { ServeLimits, StoreServerOptions } from '../serve/store-server.js'
import type { Block } from './block.js'
import type { ItemFile } from './item-file.js'

/** Tells others that a daemon is there. */
export interface Announcer {
  /** It is there, and says this of itself; asked again whenever it is told anew. */
  announce(block: () => Block): Promise<void>
  /** It is there no more. */
  withdraw(): Promise<void>
}

/** What `start` takes. Everything has a default that serves a single user on one machine. */
export interface DaemonOptions extends ServeLimits, SaveTimes, RunOptions {
  /** The application's if it isn't given. */
  readonly esc?: EventLoop
  /** Standard error if it isn't given. */
  readonly log?: Logger
  /** Where it listens; 127.0.0.1 if it isn't given. */
  readonly address?: string
  /** The host name or address that clients are told; where it listens, or the name of this machine, if it isn't given. */
  readonly advertise?: string
  /** The port for requests, or the first and last of those that may be taken; 0: any. The one of the last run if it isn't given. */
  readonly port?: number | readonly [first: number, last: number]
  /** The same for publications. */
  readonly pubPort?: number | readonly [first: number, last: number]
  /** A store that is there already, with what it has; if it isn't given, the daemon makes one and closes it. */
  readonly store?: Store
  /** Its items, in place of those of its item file. */
  readonly items?: ItemFile
  /** The directory of item files, UUIDs and ports: `$MKTL_HOME`, else `~/.mKTL`. */
  readonly home?: string
  /** Where the values of persistent items are kept; nowhere if it isn't given. */
  readonly persistence?: (place: Place) => Persistence | Promise<Persistence>
  /** Whether other machines may reach it without keys. */
  readonly insecure?: boolean
  /** Who may do what; if it isn't given, whoever reaches a daemon without keys may do all, and with keys nobody but its user. */
  readonly rights?: Rights
  /** Where each SET and each CALL is written down. */
  readonly audit?: WriteAudit
  /** Asked before items and methods, as a registry does; undefined: it has nothing to do with that target. */
  readonly targets?: StoreServerOptions['targets']
  /** Whom it is announced to; nobody if it isn't given. */
  readonly announcer?: Announcer | null
  /** How long `run` may take to end after its signal; 5000 if it isn't given. */
  readonly stopMs?: number
}
