/** The files that `deadbeat new` writes. */

/** A file to be written: its path below the project, and its text. */
export interface NewFile {
  readonly path: string
  readonly text: string
}

/** What a name of several words is in each place. */
interface Names {
  /** `count-words` */
  readonly kebab: string
  /** `countWords` */
  readonly camel: string
  /** `CountWords` */
  readonly pascal: string
}

/**
 * A cog and its test. The name says what it does: `cut-text` makes `CutText`.
 *
 * @example
 * assert.deepEqual(cogFiles('cut-text').map(({ path }) => path), ['cogs/cut-text.ts', 'test/cogs/cut-text.test.ts'])
 */
export function cogFiles(kebab: string): NewFile[] {
  const names = namesOf(kebab)
  return [
    { path: `cogs/${kebab}.ts`, text: cogText(names) },
    { path: `test/cogs/${kebab}.test.ts`, text: cogTestText(names) },
  ]
}

/** An app, its configuration and its test. */
export function appFiles(kebab: string): NewFile[] {
  return [
    { path: `apps/${kebab}.ts`, text: appText(kebab) },
    { path: `config/${kebab}.json`, text: configText() },
    { path: `test/apps/${kebab}.test.ts`, text: appTestText(kebab) },
  ]
}

/** The class that a cog's file has. */
export function classOf(kebab: string): string {
  return namesOf(kebab).pascal
}

/** The insert that a cog's file has. */
export function insertOf(kebab: string): string {
  return `${namesOf(kebab).camel}BaseConfig`
}

function namesOf(kebab: string): Names {
  const pascal = kebab.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
  return { kebab, pascal, camel: pascal.charAt(0).toLowerCase() + pascal.slice(1) }
}

/** What a file to be written imports; in quotes that nobody takes for an import of this one. */
function quoted(name: string): string {
  return `'${name}'`
}

function cogText({ camel, pascal }: Names): string {
  return `import {
  Cog,
  insert,
  itemGetter,
  itemSetter,
  type Getter,
  type Setter,
  type Settings,
  type Turn,
  type Winder,
} from ${quoted('deadbeat')}

/** Configuration insert: what an operator may set. */
export const ${camel}BaseConfig = insert({
  lengthMax: { doc: 'How many characters of a text are kept.', format: 'nat', min: 1, default: 80, live: true },
})

/** The operator's settings, where the text is, and where the result goes. */
export interface ${pascal}Options<T> extends Partial<Settings<typeof ${camel}BaseConfig>> {
  /** Reads the text; by default the key \`text\`. */
  readonly getter?: Getter<T, string>
  /** Puts the result in; by default as the key \`text\`. */
  readonly setter?: Setter<T, string, T>
}

const DEFAULTS = { lengthMax: 80, getter: itemGetter('text'), setter: itemSetter('text') }

/**
 * Cut a text to a length.
 *
 * In: any datum with a text. Out: the same with the text cut; nothing, if the text is empty.
 *
 * @throws {TypeError} From a turn: if there is no text. That datum alone fails.
 */
export class ${pascal}<T = { text: string }> extends Cog<T, T, Required<${pascal}Options<T>>> {
  static readonly baseConfig = ${camel}BaseConfig

  constructor(train: Winder, options: ${pascal}Options<T> = {}) {
    super(train, { ...DEFAULTS, ...options } as Required<${pascal}Options<T>>)
  }

  turn(data: T): Turn<T> {
    const { getter, setter, lengthMax } = this.options
    const text: unknown = getter(data)
    if (typeof text !== 'string') throw new TypeError(\`a text must be a string: it is \${typeof text}\`)
    return text === '' ? null : [setter(data, text.slice(0, lengthMax))]
  }
}
`
}

function cogTestText({ kebab, pascal }: Names): string {
  return `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkCog, testTrain } from ${quoted('deadbeat/testing')}
import { ${pascal} } from ${quoted(`../../cogs/${kebab}.js`)}

test('cuts what is too long, and leaves the rest as it is', async () => {
  const { train, pass } = testTrain()
  const cog = new ${pascal}(train, { lengthMax: 3 })
  assert.deepEqual(await pass([cog], [{ text: 'abcd' }, { text: 'ab' }]), [{ text: 'abc' }, { text: 'ab' }])
})

test('swallows what has nothing in it', () => {
  const { train } = testTrain()
  assert.equal(new ${pascal}(train).turn({ text: '' }), null)
})

test('fails on what is no text', () => {
  const { train } = testTrain()
  assert.throws(() => new ${pascal}(train).turn({ text: 5 } as never), TypeError)
})

test('keeps its books: nothing is lost, and nothing comes twice', async () => {
  const data = ['a', '', 'b'.repeat(200)].map((text) => ({ text }))
  const report = await checkCog((train) => new ${pascal}(train), data)
  assert.ok(report.out > 0)
})
`
}

function appText(name: string): string {
  return `// Follow log files, and write the lines that hold an error to another.
import { itemSetter } from ${quoted('deadbeat')}
import { app } from ${quoted('deadbeat/app')}
import { FileWatcherSupply, fileWatcherBaseConfig } from ${quoted('deadbeat/cogs/file-watcher-supply')}
import { LineDrain, lineDrainBaseConfig } from ${quoted('deadbeat/cogs/line-drain')}

interface Entry {
  line: string
}

export default app({
  name: '${name}',
  doc: 'Follow log files, and write the lines that hold an error to another.',
  config: {
    input: fileWatcherBaseConfig,
    errors: { pattern: { doc: 'What an error looks like.', format: 'regexp', default: '/error/i' } },
    output: lineDrainBaseConfig,
  },
  build(train, cfg) {
    train.line(
      new FileWatcherSupply<Entry>(train, { ...cfg.input, lineSetter: itemSetter('line') }),
      ({ line }: Entry) => (cfg.errors.pattern.test(line) ? [line] : null),
      new LineDrain(train, cfg.output),
    )
  },
})
`
}

function configText(): string {
  return `{
  "input": { "filenames": ["/var/log/*.log"] },
  "output": { "path": "errors.log" }
}
`
}

function appTestText(name: string): string {
  return `import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

const require = createRequire(import.meta.url)
const deadbeat = join(dirname(require.resolve('deadbeat/package.json')), 'dist/lib/cli/main.js')
const project = join(import.meta.dirname, '../..')

test('writes the lines that hold an error, and no other', () => {
  const dir = mkdtempSync(join(tmpdir(), '${name}-'))
  const input = join(dir, 'a.log')
  const output = join(dir, 'errors.log')
  writeFileSync(input, 'all is well\\nError: no room\\n')
  const flags = ['--input.filenames', input, '--input.follow=no', '--output.path', output, '--state-dir', dir]
  const argv = [deadbeat, 'run', join(project, 'apps/${name}.ts'), ...flags]
  const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  assert.equal(readFileSync(output, 'utf8'), 'Error: no room\\n')
  rmSync(dir, { recursive: true })
})
`
}
