/**
 * A running app: its train, and the one that takes its place at a reload. A wrong configuration leaves the train that
 * runs as it is; one that can't be started is taken back. Not one event is lost or repeated on the way: see `leaveTo`.
 */
import { channel } from 'node:diagnostics_channel'
import { changedPaths } from '../../conf/changes.js'
import { ConfigError, DeadbeatError, toError } from '../../errors/index.js'
import { configure, reopen } from '../../log/log.js'
import type { EventLoop, Logger, Train } from '../../movement/index.js'
import { reopenFiles } from '../../movement/train/signals.js'
import type { Settings } from '../../settings/index.js'
import type { appBaseConfig } from '../app.js'
import { adjust, adjustmentsOf } from './adjustments.js'

/** The settings of any app. */
export type AnySettings = Settings<typeof appBaseConfig>

/** What a reload did. */
export interface Reloaded {
  /** Nothing had changed; settings were changed in place; the train was replaced, what it held carried over or drained. */
  readonly how: 'unchanged' | 'adjusted' | 'carried' | 'drained' | 'ended'
  /** The paths of what changed. */
  readonly changed: readonly string[]
  /** Of these, what takes effect only at the next start. */
  readonly atStart: readonly string[]
}

/** What a service needs. */
export interface ServiceOptions {
  readonly name: string
  readonly schema: typeof appBaseConfig
  readonly log: Logger
  readonly esc: EventLoop
  /** What it begins with. */
  readonly settings: AnySettings
  /**
   * The settings as they are written now.
   *
   * @throws {ConfigError} If one is wrong.
   */
  readonly gather: () => AnySettings
  /** A train of these settings, composed and not started. */
  readonly make: (settings: AnySettings) => Promise<Train>
  /** Told of each train before it runs. */
  readonly onTrain?: (train: Train, settings: AnySettings) => void
  /** Told that a reload begins and is over. */
  readonly onReload?: (isOver: boolean) => void
}

/** Says that a train runs, to whoever waits for it. */
const running = channel('deadbeat.train.running')
/** The sections that are no business of the train. */
const STARTED_ONCE = ['daemon', 'control', 'items', 'metrics', 'persist', 'checkpoints', 'kv']

/** A train that is to run. */
interface Turn {
  readonly train: Train
  readonly settings: AnySettings
  /** What it takes the place of; null for the first. */
  readonly before: AnySettings | null
  /** Told that it has started, or why not. */
  readonly tell: (error: Error | null) => void
}

/** One app while it runs. */
export class Service {
  readonly log: Logger
  settings: AnySettings
  /** How often the configuration was reloaded. */
  reloads = 0
  /** What the last reload came to, if it failed. */
  reloadError: string | null = null
  readonly #options: ServiceOptions
  #train: Train | null = null
  /** What follows the train that runs: known once it has been left. */
  #next: Promise<Turn | null> = Promise.resolve(null)
  #isStopped = false
  #reloading: Promise<unknown> = Promise.resolve()
  #hasStarted!: () => void
  readonly #started = new Promise<void>((resolve) => (this.#hasStarted = resolve))
  #end!: () => void
  readonly #over = new Promise<void>((resolve) => (this.#end = resolve))

  constructor(options: ServiceOptions) {
    this.#options = options
    this.log = options.log
    this.settings = options.settings
  }

  /** The train that runs; null before the first. */
  get train(): Train | null {
    return this.#train
  }

  /**
   * Run until the train has ended, and all that took its place.
   *
   * @param isBuilt Told once the first train is composed: what fails before this, has not been started.
   */
  async run(isBuilt: () => void = () => undefined): Promise<void> {
    const { settings } = this
    let turn: Turn | null = turnOf(await this.#options.make(settings), settings)
    isBuilt()
    try {
      while (turn !== null) turn = await this.#run(turn)
    } finally {
      this.#end()
    }
  }

  /** Stop in order. */
  stop(): void {
    this.#isStopped = true
    void this.#train?.stop()
  }

  /** Call a method by name on everybody in the train. */
  notify(name: string): void {
    this.#train?.notify(name)
  }

  /** Open the log and all files anew. */
  reopen(): void {
    reopen()
    reopenFiles(this)
  }

  /** On SIGHUP: what fails is in the log. */
  reload(): void {
    void this.reloadNow().catch(() => undefined)
  }

  /**
   * Read the configuration again and change what changed; files are reopened whatever comes of it. One after the other.
   *
   * @throws {ConfigError} If a setting is wrong: the train runs on as it is.
   * @throws What the app throws while it composes, or what kept the new train from starting: the old one is back then.
   */
  reloadNow(): Promise<Reloaded> {
    const reloading = this.#reloading.then(async () => {
      await this.#started // A train that is only starting can't be left yet.
      this.#options.onReload?.(false)
      this.reopen()
      try {
        const reloaded = await this.#change()
        this.reloads++
        this.reloadError = null
        this.log.info({ ...reloaded }, `configuration reloaded: ${reloaded.how}`)
        return reloaded
      } catch (thrown) {
        const error = toError(thrown)
        this.reloadError = error.message
        const faults = error instanceof ConfigError ? error.faults : [error.message]
        this.log.error({ faults }, 'configuration not reloaded: the train goes on as it was')
        throw error
      } finally {
        this.#options.onReload?.(true)
      }
    })
    this.#reloading = reloading.catch(() => undefined)
    return reloading
  }

  /** Run one train to its end. Answers the one that takes its place. */
  async #run(turn: Turn): Promise<Turn | null> {
    const { train, settings } = turn
    this.#train = train
    this.settings = settings
    this.#options.onTrain?.(train, settings)
    const onStarted = (): void => {
      this.#hasStarted()
      running.publish({ train })
      turn.tell(null)
    }
    const back: Turn[] = []
    const onFailed = async (): Promise<void> => {
      if (turn.before === null || this.#isStopped) return
      const old = await this.#options.make(turn.before)
      old.takeBack(train)
      back.push(turnOf(old, turn.before))
    }
    try {
      const ending = train.run({ signals: false, onStarted, onFailed })
      if (this.#isStopped) void train.stop()
      await ending
    } catch (thrown) {
      const error = toError(thrown)
      turn.tell(error)
      const [next] = back
      if (next === undefined || this.#isStopped) throw error
      this.log.error({ err: error }, `the train could not be started with the new configuration: the old one is back`)
      return next
    }
    turn.tell(stopped())
    const next = await this.#next
    this.#next = Promise.resolve(null)
    return this.#isStopped ? null : next
  }

  async #change(): Promise<Reloaded> {
    const { schema, gather, make } = this.#options
    const train = this.#train
    if (train === null) throw new DeadbeatError('ERR_STOPPED', 'there is no train yet that could be changed')
    const before = this.settings
    const settings = gather()
    const changed = changedPaths(schema, before, settings)
    const isOf = (path: string, sections: readonly string[]): boolean => sections.includes(path.split('.')[0] ?? '')
    const atStart = changed.filter((path) => isOf(path, STARTED_ONCE))
    const ofTrain = changed.filter((path) => !isOf(path, [...STARTED_ONCE, 'log']))
    const reloaded = (how: Reloaded['how']): Reloaded => ({ how, changed, atStart })
    const adopt = (): void => {
      if (changed.some((path) => isOf(path, ['log']))) configure(settings.log, { name: this.#options.name })
      if (atStart.length > 0) this.log.warn({ changed: atStart }, 'these settings take effect at the next start')
    }
    if (ofTrain.length === 0) {
      adopt()
      this.settings = settings
      return reloaded(changed.length === 0 ? 'unchanged' : 'adjusted')
    }
    const heir = await make(settings)
    const adjustments = adjustmentsOf(train.wind().places, heir.wind().places, ofTrain)
    adopt()
    if (adjustments !== null) {
      adjust(adjustments)
      this.settings = settings
      return reloaded('adjusted')
    }
    const leaving = train.leaveTo(heir)
    const failure = new Promise<Error | null>((tell) => {
      const next = { train: heir, settings, before, tell }
      this.#next = leaving.then(
        (how) => (how === 'ended' ? null : next),
        () => null, // Told below: the train goes on.
      )
      void this.#over.then(() => tell(stopped()))
    })
    const how = await leaving
    if (how === 'ended' || this.#isStopped) return reloaded('ended')
    const error = await failure
    if (error !== null) throw error
    return reloaded(how)
  }
}

function stopped(): Error {
  return new DeadbeatError('ERR_STOPPED', 'the train was stopped before it had started')
}

function turnOf(train: Train, settings: AnySettings): Turn {
  return { train, settings, before: null, tell: () => undefined }
}
