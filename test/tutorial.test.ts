// The README's tutorial, from top to bottom: its files are written, its commands are run in an empty project, and what
// they print is compared with what it says. In place of /var/log stand logs as the daemons write them, each with a list
// of the address that has to be found in each line (- for none). Those of nginx and Apache are such as containers give:
// accesses and errors in one.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { grown } from './support/grown.js'
import { emptyProject } from './support/project.js'
import { root, textOf } from './support/sources.js'

const LOGS = join(root, 'test/fixtures/logs')
/** Which log stands for which. */
const PLACES = {
  'auth.log': 'sshd',
  'mail.log': 'postfix',
  'nginx/access.log': 'nginx',
  'apache2/error.log': 'apache',
} as const
type Daemon = (typeof PLACES)[keyof typeof PLACES]

interface Knock {
  readonly file: string
  readonly ip: string
}

/** The fenced blocks of the README, each with what stands behind its opening fence. */
function blocks() {
  return [...textOf('README.md').matchAll(/^```(\w+) ?(.*)\n([^]*?)^```/gm)].map(
    ([, language, mark = '', text = '']) => ({
      ...{ language, mark, text },
    }),
  )
}

function linesOf(path: string): string[] {
  const text = readFileSync(path, 'utf8')
  return text === '' ? [] : text.trimEnd().split('\n')
}

const lines = (daemon: Daemon) => linesOf(join(LOGS, `${daemon}.log`))

/** Which addresses are to be found in these lines of a daemon's log, cut to so many bits. */
function knocks(daemon: Daemon, bits: 16 | 24, from = 0, to = Infinity): string[] {
  const ips = linesOf(join(LOGS, `${daemon}.ips`)).slice(from, to)
  return ips.filter((ip) => ip !== '-').map((ip) => network(ip, bits))
}

function network(ip: string, bits: 16 | 24): string {
  if (!ip.includes(':')) return [...ip.split('.').slice(0, bits / 8), 0, 0].slice(0, 4).join('.')
  const [head = ''] = ip.replace(/%.*/, '').split('::')
  return `${head.split(':').slice(0, 3).join(':')}::` // The 48 bits that are kept, in the addresses of these logs.
}

function start(form: 'linked' | 'packed') {
  const dir = emptyProject(form, {})
  const log = join(dir, 'log')
  for (const [place, daemon] of Object.entries(PLACES)) {
    cpSync(join(LOGS, `${daemon}.log`), join(log, place), { recursive: true })
  }
  const engine = Object.entries(process.env).filter(([key]) => /^DEADBEAT_(CODEGEN|NATIVE)$/.test(key))
  const places = { HOME: dir, STATE_DIRECTORY: join(dir, 'state') }
  const env = { ...Object.fromEntries(engine), PATH: process.env['PATH'], ...places, npm_config_offline: 'true' }
  const here = (text: string) => text.replaceAll('/var/log', log)
  const there = (text: string) => text.replaceAll(log, '/var/log')
  const output = (): Knock[] => linesOf(join(dir, 'knocks.jsonl')).map((line) => JSON.parse(there(line)) as Knock)
  return { dir, log, env, here, there, output }
}

/** Start a command as a terminal does, wait until it runs, do something, press Ctrl-C. Answers its exit code. */
async function follow(command: string, { dir, env }: ReturnType<typeof start>, work: () => Promise<void>) {
  const direct = command.trim().replace('npx ', 'exec node_modules/.bin/') // npx has an exit code of its own.
  const child = spawn('sh', ['-c', direct], { cwd: dir, env, detached: true, stdio: ['ignore', 'inherit', 'pipe'] })
  let stderr = ''
  const running = new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      if (stderr.includes('"running"')) resolve()
    })
    child.on('close', () => reject(new Error(`it ended: ${stderr}`)))
  })
  await running
  await work()
  process.kill(-(child.pid ?? 0), 'SIGINT')
  const [code] = (await once(child, 'close')) as [number | null]
  return code
}

/** What happens to logs in a day: they grow, in halves of lines too, are renamed, removed and made anew. */
async function day(log: string, output: string): Promise<Record<string, string[]>> {
  const path = (name: string) => join(log, name)
  const text = (daemon: Daemon, from = 0, to = Infinity) =>
    lines(daemon)
      .slice(from, to)
      .map((line) => `${line}\n`)
      .join('')
  const before = linesOf(output).length

  appendFileSync(path('auth.log'), text('sshd', 0, 16))
  renameSync(path('auth.log'), path('auth.log.1'))
  appendFileSync(path('auth.log.1'), text('sshd', 16, 32)) // Its writer has not noticed yet.
  writeFileSync(path('auth.log'), text('sshd', 32))

  const mail = text('postfix')
  for (let at = 0; at < mail.length; at += 777) appendFileSync(path('mail.log'), mail.slice(at, at + 777))

  appendFileSync(path('nginx/access.log'), text('nginx', 0, 20))
  rmSync(path('nginx/access.log'))
  writeFileSync(path('nginx/access.log'), text('nginx', 20))
  writeFileSync(path('nginx/new.log'), text('nginx', 0, 30)) // One that comes to match.
  appendFileSync(path('apache2/error.log'), text('apache'))

  const expected = {
    '/var/log/auth.log': knocks('sshd', 16),
    '/var/log/mail.log': knocks('postfix', 16),
    '/var/log/nginx/access.log': knocks('nginx', 16),
    '/var/log/nginx/new.log': knocks('nginx', 16, 0, 30),
    '/var/log/apache2/error.log': knocks('apache', 16),
  }
  await grown(output, before + Object.values(expected).flat().length)
  return expected
}

function byFile(found: readonly Knock[]): Record<string, string[]> {
  const files: Record<string, string[]> = {}
  for (const { file, ip } of found) (files[file] ??= []).push(ip)
  return files
}

/** A text in which … stands for anything. */
function pattern(text: string): RegExp {
  const parts = text.split('…').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${parts.join('[^"]*')}$`)
}

test.each(['linked', 'packed'] as const)('the tutorial does what it says, %s', async (form) => {
  const project = start(form)
  const { dir, log, env, here, there, output } = project
  let printed = ''
  let commands = 0
  for (const { language, mark, text } of blocks()) {
    const [, file] = /^file=(.+)$/.exec(mark) ?? []
    if (file !== undefined) {
      mkdirSync(dirname(join(dir, file)), { recursive: true })
      writeFileSync(join(dir, file), here(text))
    } else if (mark === 'tutorial') {
      const ran = spawnSync('sh', ['-ec', here(text)], { cwd: dir, env, encoding: 'utf8', timeout: 60_000 })
      expect([ran.status, ran.stderr]).toEqual([0, expect.not.stringContaining('fatal')])
      printed = there(ran.stdout)
      if (++commands === 1) expect(output().map(({ ip }) => ip)).toEqual(knocks('sshd', 24))
    } else if (mark === 'tutorial follow') {
      const before = output().length
      let expected = {}
      const code = await follow(text, project, async () => {
        expected = await day(log, join(dir, 'knocks.jsonl'))
      })
      expect(code).toBe(0)
      expect(byFile(output().slice(before))).toEqual(expected)
    } else if (mark === 'result') expect(printed).toMatch(pattern(text))
    else expect([language, mark]).toEqual([language, ''])
  }
  expect(commands).toBe(2)
  const dead = linesOf(join(dir, 'dead.jsonl')).map((line) => (JSON.parse(line) as { original: string }).original)
  const without = linesOf(join(LOGS, 'postfix.ips')).flatMap((ip, i) => (ip === '-' ? [lines('postfix')[i]] : []))
  expect(dead).toEqual([...without, ...without]) // The log was there, and grew once by all of it.
})

test.each(Object.values(PLACES))('every address in the log of %s is found, and nothing else', (daemon) => {
  const { dir, env } = start('linked')
  const app = blocks().find(({ mark }) => mark === 'file=knocks.ts')?.text ?? ''
  writeFileSync(join(dir, 'knocks.ts'), app)
  const paths = ['--input.filenames', join(LOGS, `${daemon}.log`), '--output.path', 'out', '--dead.path', 'dead']
  const whole = ['--input.follow', 'false', '--privacy.ipv4-bits', '32', '--privacy.ipv6-bits', '128']
  const main = join(root, 'dist/lib/cli/main.js')
  const ran = spawnSync(process.execPath, [main, 'run', 'knocks', ...paths, ...whole], { cwd: dir, env })
  expect(ran.status).toBe(0)
  const found = linesOf(join(dir, 'out')).map((line) => (JSON.parse(line) as Knock).ip)
  const ips = linesOf(join(LOGS, `${daemon}.ips`)).map((ip) => ip.replace(/%.*/, ''))
  expect(found).toEqual(ips.filter((ip) => ip !== '-'))
  expect(linesOf(join(dir, 'dead'))).toEqual([])
})

test("the tutorial's app passes the compiler as its readers are told to use it", () => {
  const { dir } = start('linked')
  const app = blocks().find(({ mark }) => mark === 'file=knocks.ts')?.text ?? ''
  const options = { module: 'nodenext', target: 'es2023', types: ['node'], strict: true, noEmit: true }
  const typeRoots = [join(root, 'node_modules/@types')]
  writeFileSync(join(dir, 'knocks.ts'), app)
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...options, typeRoots } }))
  const tsc = join(root, 'node_modules/@typescript/native/bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', dir], { encoding: 'utf8' })
  expect([status, stdout]).toEqual([0, ''])
})
