/** The least level that is written: of all, and of single cogs. */
import type { Logger as PinoLogger } from 'pino'
import { ConfigError, describeValue } from '../errors/index.js'

/** The levels, the chattiest first; `silent` writes nothing. */
export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** One of the levels. */
export type Level = (typeof LEVELS)[number]

/**
 * Check what was set for single cogs.
 *
 * @throws {ConfigError} If one is no level.
 * @example
 * assert.deepEqual([...readLevels({ Dedupe: 'debug' })], [['Dedupe', 'debug']])
 * assert.throws(() => readLevels({ Dedupe: 'loud' }), /log.levels.Dedupe must be one of trace, .*: it is "loud"/)
 */
export function readLevels(levels: Readonly<Record<string, unknown>>): Map<string, Level> {
  const entries = Object.entries(levels)
  const wrong = entries.filter(([, level]) => !(LEVELS as readonly unknown[]).includes(level))
  if (wrong.length > 0) {
    const rule = `must be one of ${LEVELS.join(', ')}`
    throw new ConfigError(wrong.map(([cog, level]) => `log.levels.${cog} ${rule}: it is ${describeValue(level)}`))
  }
  return new Map(entries as [string, Level][])
}

/** Gives loggers the level of their cog, also when it changes later. */
export class Levels {
  readonly #root: PinoLogger
  readonly #cogs = new WeakMap<PinoLogger, string>()
  #children: WeakRef<PinoLogger>[] = []
  #sweepAt = 64
  #byCog: ReadonlyMap<string, Level> = new Map()

  constructor(root: PinoLogger) {
    this.#root = root
  }

  /** A new child of the log, made for a cog or not. */
  adopt(child: PinoLogger): void {
    const { cog } = child.bindings()
    if (typeof cog === 'string') this.#cogs.set(child, cog)
    if (this.#children.length >= this.#sweepAt) {
      this.#children = this.#children.filter((one) => one.deref() !== undefined)
      this.#sweepAt = Math.max(64, this.#children.length * 2)
    }
    this.#children.push(new WeakRef(child))
    this.#set(child)
  }

  /** The cog that a logger was made for; empty for none. */
  cogOf(logger: PinoLogger): string {
    return this.#cogs.get(logger) ?? ''
  }

  /** The least level, as pino's number, of lines about a cog that the train writes: 0 if none was set for it. */
  leastOf(cog: string): number {
    const level = this.#levelOf(cog)
    if (level === undefined) return 0
    return level === 'silent' ? Infinity : (this.#root.levels.values[level] ?? 0)
  }

  apply(level: Level, byCog: ReadonlyMap<string, Level>): void {
    this.#byCog = byCog
    this.#root.level = level
    for (const child of this.#children) this.#set(child.deref())
  }

  #set(child: PinoLogger | undefined): void {
    if (child !== undefined) child.level = this.#levelOf(this.cogOf(child)) ?? this.#root.level
  }

  /** One of several of a kind is `LineDrain#2`: what is set for all of them holds for it, unless it has its own. */
  #levelOf(cog: string): Level | undefined {
    return this.#byCog.get(cog) ?? this.#byCog.get(cog.replace(/#\d+$/, ''))
  }
}
