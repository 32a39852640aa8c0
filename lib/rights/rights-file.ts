/** Rules in a file, read again when it was changed. */
import { statSync } from 'node:fs'
import { readConfigFile } from '../conf/file.js'
import { ConfigError, toError } from '../errors/index.js'
import type { Logger } from '../movement/logger.js'
import type { Clock } from '../movement/loop/clock.js'
import { readRules } from './read-rules.js'
import type { Rule } from './rule.js'

const LOOK_MS = 1_000

/** What reads the time, and is told of faults. */
export interface RulesOptions {
  readonly clock: Pick<Clock, 'now'>
  readonly log: Logger
}

/**
 * The rules of a file, in JSON, JSON5, YAML or TOML by its ending. While somebody asks for them it is looked at once a
 * second. One that can't be used any more is told of, and the rules before it go on counting: a slip of the pen locks
 * nobody out, and gives nobody more.
 *
 * @example
 * const { writeFileSync, mkdtempSync } = await import('node:fs')
 * const file = `${mkdtempSync('/tmp/deadbeat-example-')}/rights.yaml`
 * writeFileSync(file, 'rules:\n  - { who: anyone, may: read, on: heater.* }\n')
 * assert.equal(new RightsFile(file, { clock: new ManualClock(), log: silentLogger }).rules().length, 1)
 */
export class RightsFile {
  private readonly path: string
  private readonly options: RulesOptions
  private current: readonly Rule[]
  private stamp: string
  private lookedMs: number

  /** @throws {ConfigError} If it can't be read, has faults, or everybody may write to it. */
  constructor(path: string, options: RulesOptions) {
    this.path = path
    this.options = options
    this.lookedMs = options.clock.now()
    this.stamp = this.stampNow()
    this.current = this.read()
  }

  /** The rules that count now. */
  rules(): readonly Rule[] {
    const now = this.options.clock.now()
    if (now - this.lookedMs < LOOK_MS) return this.current
    this.lookedMs = now
    const stamp = this.stampNow()
    if (stamp === this.stamp) return this.current
    this.stamp = stamp
    const { log } = this.options
    try {
      this.current = this.read()
      log.info({ file: this.path, rules: this.current.length }, 'read the rights anew')
    } catch (error) {
      log.error({ err: toError(error), file: this.path }, 'the rights stay as they were: the file has faults')
    }
    return this.current
  }

  private read(): readonly Rule[] {
    const { tree, placeOf } = readConfigFile(this.path)
    if ((statSync(this.path).mode & 0o002) !== 0)
      throw new ConfigError([`${this.path} must not be writable for everybody: it says who may do what; chmod o-w it`])
    return readRules(tree, placeOf)
  }

  private stampNow(): string {
    const stats = statSync(this.path, { throwIfNoEntry: false })
    if (stats === undefined) return 'none'
    return `${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}`
  }
}
