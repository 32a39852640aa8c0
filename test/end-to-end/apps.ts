/** Small apps and their processes, for the tests of bad input: the built command, as a user starts it. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { environment, scratch } from '../app/scratch.js'

const MAIN = join(process.cwd(), 'dist/lib/cli/main.js')

const IMPORTS = `import { formatDeadLetter, one } from 'deadbeat'
import { app } from 'deadbeat/app'
import { FileWatcherSupply, fileWatcherBaseConfig } from 'deadbeat/cogs/file-watcher-supply'
import { FormatJson } from 'deadbeat/cogs/format-json'
import { LineDrain, lineDrainBaseConfig } from 'deadbeat/cogs/line-drain'
import { ParseJson } from 'deadbeat/cogs/parse-json'
import { StdoutDrain } from 'deadbeat/cogs/stdout-drain'
`

const APPS = {
  /** Reads JSON and writes it; keeps dead letters. */
  'shape.ts': `${IMPORTS}
export default app({
  name: 'shape',
  config: { input: fileWatcherBaseConfig, output: lineDrainBaseConfig, dead: lineDrainBaseConfig },
  build(train, { input, output, dead }) {
    const line = [new FileWatcherSupply(train, input), new ParseJson(train), new FormatJson(train)] as const
    train.line(...line, new LineDrain(train, output))
    train.deadLettersTo(one(formatDeadLetter), new LineDrain(train, dead))
  },
})
`,
  /** The same without dead letters. */
  'strict.ts': `${IMPORTS}
export default app({
  name: 'strict',
  config: { input: fileWatcherBaseConfig },
  build(train, { input }) {
    train.line(new FileWatcherSupply(train, input), new ParseJson(train), new FormatJson(train), new StdoutDrain(train))
  },
})
`,
  /** Copies lines. Started by root it gives that up, so that files may be unreadable. */
  'copy.ts': `${IMPORTS}
export default app({
  name: 'copy',
  config: { input: fileWatcherBaseConfig, output: lineDrainBaseConfig },
  build(train, { input, output }) {
    train.line(new FileWatcherSupply(train, input), new LineDrain(train, output))
    if (process.getuid?.() === 0) process.seteuid?.(65534)
  },
})
`,
  /** Prints lines. */
  'print.ts': `${IMPORTS}
export default app({
  name: 'print',
  config: { input: fileWatcherBaseConfig },
  build(train, { input }) { train.line(new FileWatcherSupply(train, input), new StdoutDrain(train)) },
})
`,
}

/** How a process ended, and what it said. */
export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  /** What it wrote before the log began, or instead of it. */
  readonly stderr: string
  /** Its log but for those lines that tell how it goes on its usual way. */
  readonly log: readonly LogLine[]
}

/** One line of the log. */
export interface LogLine {
  readonly level: string
  readonly msg: string
  readonly err?: { readonly stack: string }
  readonly code?: string
}

const USUAL = /^(configuration: .*|running|stopping|stopped)$/

/** A folder with the apps and these files, and what to do in it. The command may be started under limits of the shell. */
export function start(files: Readonly<Record<string, string>> = {}, limits = '') {
  const dir = scratch({ ...APPS, ...files })
  chmodSync(dir, 0o777)
  const path = (name: string) => join(dir, name)
  const read = (name: string) => readFileSync(path(name), 'utf8')
  const lines = (name: string) => read(name).split('\n').slice(0, -1)

  const env = environment(dir, settingsOfTheTests())

  /** Start the command. */
  const launch = (...argv: string[]) => {
    const words = ['-c', `${limits}\nexec "$@"`, 'sh', process.execPath, MAIN, ...argv]
    const child = spawn('sh', words, { cwd: dir, env, timeout: 60_000 })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    const said: LogLine[] = []
    const other: string[] = []
    const waiting = new Set<() => void>()
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.startsWith('{"level"')) said.push(JSON.parse(line) as LogLine)
      else other.push(line)
      for (const look of waiting) look()
    })
    const ended = new Promise<Outcome>((resolve) => {
      child.on('close', (status) => {
        const log = said.filter(({ msg }) => !USUAL.test(msg))
        resolve({ status, stdout, stderr: other.map((line) => `${line}\n`).join(''), log })
      })
    })
    /** Resolves once the log has such a line. */
    const says = (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (said.some(({ msg }) => pattern.test(msg))) resolve()
        }
        waiting.add(look)
        look()
        void ended.then(({ log, stderr }) => reject(new Error(`it ended: ${stderr}${JSON.stringify(log)}`)))
      })
    return { child, ended, says }
  }

  /** Run the command to its end. */
  const run = (...argv: string[]): Promise<Outcome> => launch('run', ...argv).ended

  /** Run a line of the shell, in which $deadbeat is the command. */
  const shell = (line: string) => {
    const deadbeat = `"${process.execPath}" "${MAIN}"`
    const script = `deadbeat='${deadbeat}'\n${line.replaceAll('$deadbeat', 'eval $deadbeat')}`
    return spawnSync('sh', ['-c', script], { cwd: dir, env, encoding: 'utf8', timeout: 60_000 })
  }
  return { dir, path, read, lines, launch, run, shell }
}

/** The log's messages by their levels. */
export function messages({ log }: Outcome): string[] {
  return log.map(({ level, msg }) => `${level} ${msg}`)
}

function settingsOfTheTests(): Record<string, string> {
  const ours = Object.entries(process.env).filter(([key]) => /^DEADBEAT_(CODEGEN|NATIVE)$/.test(key))
  return Object.fromEntries(ours) as Record<string, string>
}
