/** Dead letters go through an app again, as a batch of its own: with its cogs and drains, without its supplies. */
import { suggest } from '../../conf/suggest.js'
import { escapeControls } from '../../errors/escape-controls.js'
import { logger } from '../../log/log.js'
import type { App } from '../app.js'
import type { Found } from '../checkpoints/place.js'
import { EXIT } from '../exit-codes.js'
import { placeOf, prepare, type Prepared } from '../prepare.js'
import { complain, drive } from '../run-app.js'
import { destinationsOf } from './destinations.js'
import { LetterFile, type Contents } from './letter-file.js'
import type { LetterSupply } from './letter-supply.js'
import { outputsOf, requireOther, requireUncut } from './outputs.js'
import { ReplayError } from './replay-error.js'
import { ReplayTrain } from './replay-train.js'
import { exitCodeOfReport, isNeeded, jsonOf, linesOf, type Report } from './report.js'
import { Selection } from './selection.js'

/** What is replayed, and how. */
export interface ReplayOptions {
  /** Only letters of this cog; null: all. */
  readonly only: string | null
  /** Whose place they take; null: the only supply's, or of each that of the supply that it came from. */
  readonly supply: string | null
  /** Look at everything, and run nothing. */
  readonly dryRun: boolean
  /** Remove the file once nothing in it is needed any more. */
  readonly remove: boolean
  /** Report as JSON to stdout, not in words to stderr. */
  readonly json: boolean
}

/** A file that was looked through. */
export interface Opened {
  readonly file: LetterFile
  readonly contents: Contents
}

/**
 * Open a file of dead letters and look through it all.
 *
 * @throws {ReplayError} If it can't be read, has a line that is none, has none of the cog, or the options don't fit.
 */
export function openLetters(path: string, { only, remove }: Pick<ReplayOptions, 'only' | 'remove'>): Opened {
  if (remove && only !== null) {
    throw new ReplayError('--remove must not come with --only: the letters of other cogs would be lost', EXIT.usage)
  }
  const file = new LetterFile(path)
  const contents = file.examine()
  if (only === null || contents.letters === 0 || contents.cogs.has(only)) return { file, contents }
  const cogs = [...contents.cogs].map(([cog, count]) => `${cog} (${count})`)
  const meant = suggest(only, contents.cogs.keys())
  const question = meant === null ? '' : `; did you mean ${meant}?`
  throw new ReplayError(
    `--only must be a cog that ${path} has letters of, ${cogs.join(', ')}: it is ${only}${question}`,
    EXIT.usage,
  )
}

/**
 * Replay an opened file. What goes wrong is told on stderr or in the log; nothing is thrown.
 *
 * @param argv The flags of the app.
 * @returns The exit code: that of `runApp`, or what the report says.
 */
export async function replayInto(
  app: App,
  opened: Opened,
  options: ReplayOptions,
  argv: readonly string[],
): Promise<number> {
  let prepared: Prepared
  try {
    prepared = prepare(app, { argv })
  } catch (error) {
    return complain(app, error)
  }
  return await drive(app, prepared, async ({ esc, options: settings, build }) => {
    const train = new ReplayTrain(esc, settings)
    await build(train)
    const place = placeOf(prepared)
    const records = await place.look().finally(() => place.close())
    let replay: Replay
    try {
      replay = new Replay(train, opened, options, records)
    } catch (error) {
      if (!(error instanceof ReplayError)) throw error
      return complain(app, error)
    }
    return await replay.run()
  })
}

/** One replay, with the train that it goes through. */
class Replay {
  readonly #train: ReplayTrain
  readonly #opened: Opened
  readonly #options: ReplayOptions
  readonly #selections: readonly Selection[]
  readonly #supplies: readonly LetterSupply[]

  /** @throws {ReplayError} If it isn't said where the letters go in, or something would be read and written at once. */
  constructor(train: ReplayTrain, opened: Opened, options: ReplayOptions, records: readonly (Found | null)[]) {
    this.#train = train
    this.#opened = opened
    this.#options = options
    const from = (supply: string | null): Selection => new Selection(opened.file, options.only, supply)
    const destinations = destinationsOf(from(null), train.supplyNames, options.supply)
    const fed = destinations.map((one) => from(one.from))
    this.#supplies = fed.map((one, i) => train.feed(destinations[i]?.place ?? null, one[Symbol.iterator]()))
    // Those that don't say where they came from have no input: they go nowhere, and are counted.
    this.#selections = destinations.every((one) => one.from === null) ? fed : [...fed, from('')]
    const outputs = outputsOf(train.wind())
    requireOther(opened.file, outputs, train.name)
    if (!requireUncut(records, outputs, train.name)) return
    logger.warn(`${train.name} is running: should it be killed, lines may repeat in files that both write to`)
  }

  /** Answers the exit code. What the train fails with is thrown, after the report. */
  async run(): Promise<number> {
    const { dryRun } = this.#options
    for (const selection of dryRun ? this.#selections : this.#selections.slice(this.#supplies.length)) selection.count()
    if (dryRun) return this.#tell(true)
    try {
      await this.#train.run()
    } catch (error) {
      this.#tell(false)
      throw error
    }
    return this.#tell(this.#supplies.every((supply) => supply.isOver && supply.acknowledged === supply.supplied))
  }

  #tell(complete: boolean): number {
    const { dryRun, remove, json } = this.#options
    const { file } = this.#opened
    const seen = this.#report(complete)
    const report = { ...seen, removed: remove && !dryRun && !isNeeded(seen) && file.remove() }
    if (json) process.stdout.write(jsonOf(report))
    else
      process.stderr.write(
        linesOf(report)
          .map((line) => `${escapeControls(line)}\n`)
          .join(''),
      )
    return exitCodeOfReport(report)
  }

  #report(complete: boolean): Report {
    const { name, failed, dropped } = this.#train
    const { file, contents } = this.#opened
    const { dryRun, remove } = this.#options
    const selections = this.#selections
    const total = (count: 'selected' | 'replayed'): number => selections.reduce((sum, one) => sum + one[count], 0)
    return {
      file: file.path,
      app: name,
      supply: this.#supplies.map(({ place }) => place).join(', '),
      letters: contents.letters,
      cogs: Object.fromEntries(contents.cogs),
      ...{ selected: total('selected'), replayed: total('replayed'), dropped, complete, dryRun },
      withoutOriginal: selections.flatMap(({ withoutOriginal }) => withoutOriginal).sort((a, b) => a - b),
      failedAgain: failed.size,
      removed: false,
      removing: remove,
    }
  }
}
