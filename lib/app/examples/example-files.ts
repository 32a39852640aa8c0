/** The example files of an app: what goes in, and what is expected to come out. */
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { configEndings } from '../../conf/file.js'
import { codeOf } from '../../errors/index.js'
import { EXIT } from '../exit-codes.js'
import { ExampleError } from './example-error.js'

/** What one supply is to give. */
export interface ExampleInput {
  readonly path: string
  /** The supply's name; null: the only one. */
  readonly supply: string | null
  /** Whether each line is a datum as JSON, and not a line as the supply reads it. */
  readonly isJson: boolean
}

/** One example. */
export interface Example {
  readonly name: string
  readonly inputs: readonly ExampleInput[]
  /** The files of what is expected, by the drain; `''`: the first. */
  readonly expected: ReadonlyMap<string, string>
}

/** A folder of examples. */
export interface ExampleFolder {
  readonly folder: string
  /** The configuration that lies in it; null if none does. */
  readonly config: string | null
  readonly examples: readonly Example[]
}

/** Where the examples of an app are looked for: `apps/NAME.examples` beside `apps/NAME.ts`. */
export function exampleFolderOf(appFile: string): string {
  const folder = dirname(appFile)
  const name = `${basename(appFile, extname(appFile))}.examples`
  const beside = join(folder, name)
  // What was built lies in dist, its examples beside the source.
  const source = join(folder.replace(/^(.*\/|)dist(?=\/|$)/, '$1.'), name)
  return !existsSync(beside) && existsSync(source) ? source : beside
}

/**
 * Read which examples a folder has: NAME.in or NAME.jsonl (NAME.SUPPLY.in where there are several supplies), NAME.out
 * and NAME.DRAIN.out.
 *
 * @throws {ExampleError} If it can't be read or has none.
 */
export function findExamples(folder: string): ExampleFolder {
  let names: string[]
  try {
    names = readdirSync(folder).sort()
  } catch (cause) {
    throw new ExampleError(
      codeOf(cause) === 'ENOENT'
        ? `there are no examples: ${folder} is not there; deadbeat test --help says what belongs in it`
        : `the examples ${folder} can't be read: ${codeOf(cause)}`,
      EXIT.noinput,
      { cause },
    )
  }
  const inputs = new Map<string, ExampleInput[]>()
  const expected = new Map<string, Map<string, string>>()
  for (const file of names) {
    const [, name, part, kind] = /^([^.]+)(?:\.(.+))?\.(in|jsonl|out)$/.exec(file) ?? []
    if (name === undefined) continue
    const path = join(folder, file)
    if (kind === 'out') expected.set(name, (expected.get(name) ?? new Map<string, string>()).set(part ?? '', path))
    else inputs.set(name, [...(inputs.get(name) ?? []), { path, supply: part ?? null, isJson: kind === 'jsonl' }])
  }
  const alone = [...expected.keys()].find((name) => !inputs.has(name))
  if (alone !== undefined) throw new ExampleError(`${folder} has ${alone}.out, and no ${alone}.in`, EXIT.noinput)
  if (inputs.size === 0) throw new ExampleError(`${folder} has no examples: NAME.in and NAME.out`, EXIT.noinput)
  const configs = names.filter((file) => configEndings.some((ending) => file === `config${ending}`))
  if (configs.length > 1) throw new ExampleError(`${folder} has both ${configs.join(' and ')}`, EXIT.config)
  return {
    folder,
    config: configs[0] === undefined ? null : join(folder, configs[0]),
    examples: [...inputs].map(([name, of]) => ({ name, inputs: of, expected: expected.get(name) ?? new Map() })),
  }
}

/** The lines of a file, without their ends; none if it isn't there. */
export function readLines(path: string): string[] {
  if (!existsSync(path)) return []
  const text = readFileSync(path, 'utf8')
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

/** Write what came as what is expected from now on; nothing came: there is no file. */
export function writeLines(path: string, lines: readonly string[]): void {
  if (lines.length === 0) rmSync(path, { force: true })
  else writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
}
