/** `deadbeat test`: an app's examples are tried, one after the other. */
import { join, relative } from 'node:path'
import { gather } from '../../conf/gather.js'
import { takeFlag } from '../../conf/take-flag.js'
import { escapeControls } from '../../errors/escape-controls.js'
import { close, configure } from '../../log/log.js'
import type { Insert } from '../../settings/index.js'
import type { App, AppSettings } from '../app.js'
import { EXIT } from '../exit-codes.js'
import { findConfig } from '../find-config.js'
import { complain } from '../run-app.js'
import { compare, showChanges } from './difference.js'
import { ExampleError } from './example-error.js'
import { exampleFolderOf, findExamples, readLines, writeLines, type Example } from './example-files.js'
import { runExample, type ExampleResult } from './run-example.js'

/** What is tried, and how. */
export interface TestAppOptions {
  /** Where the examples are; null: beside the app. */
  readonly examples: string | null
  /** Only the example of this name; null: all. */
  readonly only: string | null
  /** Write what came as what is expected. */
  readonly update: boolean
  readonly json: boolean
  /** See `RunExampleOptions`. */
  readonly patienceMs: number
  readonly timeoutMs: number
}

/** What became of one example. */
export interface Verdict {
  readonly name: string
  readonly ok: boolean
  /** Files that were written by `update`. */
  readonly written: readonly string[]
  /** For people: what is wrong, line by line. */
  readonly faults: readonly string[]
}

/**
 * Try an app's examples and tell on stdout how it went. What can't be tried is told on stderr; nothing is thrown.
 *
 * @param argv The flags of the app.
 * @returns The exit code: 0, all came as expected; 65, something else came; 66, there are no examples; else as for run.
 */
export async function testApp(app: App, options: TestAppOptions, argv: readonly string[]): Promise<number> {
  try {
    const { value: named, rest } = takeFlag(argv, '--config')
    const { folder, config, examples } = findExamples(options.examples ?? exampleFolderOf(app.file ?? app.name))
    const chosen = examples.filter(({ name }) => options.only === null || name === options.only)
    if (chosen.length === 0) {
      const names = examples.map(({ name }) => name).join(', ')
      throw new ExampleError(`--only must be one of ${names}: it is ${String(options.only)}`, EXIT.usage)
    }
    const configFile = named ?? config ?? findConfig(app.name, app.file)
    const settings = gather(app.schema, { argv: rest, file: configFile, exitOnError: false }) as AppSettings<Insert>
    configure({ level: 'fatal', format: settings.log.format }) // This is no run of it; what fails is told below.
    const verdicts: Verdict[] = []
    for (const example of chosen) {
      const result = await runExample(app, example, { ...options, settings, configFile })
      verdicts.push(judge(folder, example, result, options.update))
    }
    process.stdout.write(options.json ? `${JSON.stringify(report(app, verdicts))}\n` : textOf(app, verdicts))
    return verdicts.every(({ ok }) => ok) ? EXIT.ok : EXIT.dataerr
  } catch (error) {
    return complain(app, error)
  } finally {
    await close()
  }
}

function judge(folder: string, { name, expected }: Example, result: ExampleResult, isUpdate: boolean): Verdict {
  const { outputs, error } = result
  if (error !== null)
    return { name, ok: false, written: [], faults: [`the train failed: ${escapeControls(error.message)}`] }
  const faults: string[] = []
  const written: string[] = []
  for (const drain of new Set([...expected.keys(), ...outputs.keys()])) {
    const path = expected.get(drain) ?? join(folder, `${name}${drain === '' ? '' : `.${drain}`}.out`)
    const came = outputs.get(drain)
    const changes = compare(readLines(path), came ?? [])
    if (changes.every(({ kind }) => kind === ' ')) continue
    if (isUpdate) {
      writeLines(path, came ?? [])
      written.push(relative(process.cwd(), path))
      continue
    }
    const drains = [...outputs.keys()].map((one) => (one === '' ? `${name}.out` : `${name}.${one}.out`)).join(', ')
    const why = came === undefined ? `no such drain: the app has ${drains}` : '- expected, + came'
    faults.push(
      `${relative(process.cwd(), path)}${expected.has(drain) ? '' : " (isn't there: --update writes it)"}: ${why}`,
      ...showChanges(changes),
    )
  }
  return { name, ok: faults.length === 0, written, faults }
}

function report(app: App, verdicts: readonly Verdict[]): object {
  return { app: app.name, ok: verdicts.every(({ ok }) => ok), examples: verdicts }
}

function textOf(app: App, verdicts: readonly Verdict[]): string {
  const lines = verdicts.flatMap(({ name, ok, written, faults }) => [
    `${ok ? 'ok  ' : 'FAIL'}  ${name}`,
    ...written.map((path) => `      wrote ${path}`),
    ...faults.map((fault) => `      ${fault}`),
  ])
  const bad = verdicts.filter(({ ok }) => !ok).length
  const sum = bad === 0 ? `all ${verdicts.length} as expected` : `${bad} of ${verdicts.length} not as expected`
  return `${[...lines, `${app.name}: ${sum}`].join('\n')}\n`
}
