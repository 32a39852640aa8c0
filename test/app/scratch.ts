// Files and child processes for the tests of apps and of the command.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { temporary } from '../support/temporary.js'

const MAIN = join(process.cwd(), 'dist/lib/cli/main.js')

/** A new folder with these files in it; answers its path. */
export function scratch(files: Readonly<Record<string, string>>): string {
  const dir = temporary()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  return dir
}

/** The environment of a child: nothing of ours, and a home, a state and a runtime directory of its own. */
export function environment(dir: string, more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: dir,
    STATE_DIRECTORY: join(dir, 'state'),
    RUNTIME_DIRECTORY: join(dir, 'run'),
    ...more,
  }
}

/** Run the command in a folder to its end. */
export function deadbeat(dir: string, argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return node(dir, [MAIN, ...argv], env)
}

/** Run Node in a folder to its end. */
export function node(dir: string, argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const options = { cwd: dir, env: environment(dir, env), encoding: 'utf8', timeout: 60_000 } as const
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, options)
  return { status, stdout, stderr }
}

/** Start the command and wait until its stdout has the word; no word: don't wait. */
export async function startDeadbeat(
  dir: string,
  argv: readonly string[],
  word: string,
  env: Readonly<Record<string, string>> = {},
) {
  const child = spawn(process.execPath, [MAIN, ...argv], { cwd: dir, env: environment(dir, env) })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += String(chunk)))
  const ended = new Promise<{ status: number | null; signal: string | null; stderr: string }>((resolve) => {
    child.on('close', (status, signal) => resolve({ status, signal, stderr }))
  })
  let stdout = ''
  await new Promise<void>((resolve, reject) => {
    if (word === '') resolve()
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += String(chunk)
      if (stdout.includes(word)) resolve()
    })
    void ended.then(() => reject(new Error(`it ended before it said ${word}: ${stderr}`)))
  })
  return { child, ended, said: () => stdout }
}

/** The messages of a JSON log. */
export function messages(stderr: string): string[] {
  return stderr
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { msg: string }).msg)
}

/** An app in TypeScript that prints numbers, for ever if it is told to. */
export const COUNT = `import { Supply, insert, type Train, type Settings } from 'deadbeat'
import { app } from 'deadbeat/app'
import { shout } from './shout.js'

const countBaseConfig = insert({
  to: { doc: 'How far it counts.', format: 'nat', default: 2 },
  forever: { doc: 'Whether it stays afterwards.', default: false },
  failWith: { doc: 'The code to fail with.', format: 'text', default: null },
  stubborn: { doc: 'Whether it never finishes.', default: false },
})
class Count extends Supply<number, Settings<typeof countBaseConfig>> {
  start(): void {
    const { to, forever, failWith } = this.options
    for (let n = 1; n <= to; n++) this.message(n, null)
    if (failWith !== null) this.train.fail(Object.assign(new Error('failed as told'), { code: failWith }))
    else if (forever) this.train.esc.every(1000, () => undefined)
    else this.train.ended()
  }
  finish(): void | Promise<void> {
    console.log('finishing')
    if (this.options.stubborn) return new Promise(() => setInterval(() => undefined, 1000))
  }
}
export default app({
  name: 'count',
  doc: 'Counts.',
  config: { input: countBaseConfig },
  build(train: Train, settings) {
    if (settings.input.to > 99) throw new RangeError('to must be at most 99')
    train.line(new Count(train, settings.input), (n: number) => (console.log(shout(n)), null))
  },
})
`

/** What COUNT imports as ./shout.js. */
export const SHOUT = 'export function shout(n: number): string {\n  return `${n}!`\n}\n'
