/** Real daemons for tests: started by a command in a folder of their own, as one user or another, and ended in any case. */
import { afterEach } from '@jest/globals'
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { environment, scratch } from '../app/scratch.js'
import { holderOf } from '../../lib/daemon/pid-file.js'

/** Whether these tests may become others. */
export const isRoot = process.getuid?.() === 0

/** The number of the user `nobody`, who owns nothing and may do nothing. */
export const NOBODY = 65_534

/** The users that daemons are tested as: both, if these tests may. */
export const USERS: readonly (readonly [name: string, uid: number])[] = isRoot
  ? [
      ['root', 0],
      ['an ordinary user', NOBODY],
    ]
  : [['an ordinary user', process.getuid?.() ?? 0]]

/** The command, as it was built. */
export const MAIN = join(process.cwd(), 'dist/lib/cli/main.js')

const pidFiles: string[] = []
afterEach(() => {
  for (const path of pidFiles.splice(0)) {
    const holder = holderOf(path)
    if (holder !== null) process.kill(holder.pid, 'SIGKILL')
  }
})

/** A folder with these files, all of it that user's, and what can be done there. */
export function world(files: Readonly<Record<string, string>>, uid: number = process.getuid?.() ?? 0, name = 'daemon') {
  const dir = scratch(files)
  for (const sub of ['run', 'state']) mkdirSync(join(dir, sub), { mode: 0o700 })
  const entries = readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((entry) => join(dir, entry))
  for (const path of [dir, ...entries]) chownSync(path, uid, uid)
  chmodSync(dir, 0o755) // Whoever a daemon becomes passes through it.
  const pidFile = join(dir, 'run', `${name}.pid`)
  pidFiles.push(pidFile)
  const optionsOf = (env: Readonly<Record<string, string>> = {}) => ({
    cwd: dir,
    env: environment(dir, env),
    ...(isRoot ? { uid, gid: uid } : {}),
  })
  const command = (program: string, argv: readonly string[], env?: Readonly<Record<string, string>>) => {
    const options = { ...optionsOf(env), encoding: 'utf8', timeout: 60_000 } as const
    const { status, stdout, stderr, error } = spawnSync(program, argv, options)
    if (error !== undefined) throw error // The command has ended, but somebody still holds its stderr.
    return { status, stdout, stderr }
  }
  const pid = (): number => Number(readFileSync(pidFile, 'utf8'))
  return {
    ...{ dir, pidFile, pid, command },
    node: (argv: readonly string[], env?: Readonly<Record<string, string>>) => command(process.execPath, argv, env),
    deadbeat: (...argv: string[]) => command(process.execPath, [MAIN, ...argv]),
    /** Start a program without waiting for it. */
    spawn: (argv: readonly string[], env?: Readonly<Record<string, string>>) =>
      spawn(process.execPath, argv, { ...optionsOf(env), stdio: ['ignore', 'pipe', 'pipe'] }),
    /** End the daemon that holds the pid file, and wait until it is gone. */
    kill: async (signal: NodeJS.Signals): Promise<void> => {
      const victim = pid()
      process.kill(victim, signal)
      await gone(victim)
    },
  }
}

/** Resolve when a process, which need not be a child of this one, has ended. */
export async function gone(pid: number): Promise<void> {
  while (statusOf(pid) !== 'gone') await new Promise((resolve) => setImmediate(resolve))
}

/** Of a process that nobody waits for, a zombie may be left. */
export function statusOf(pid: number): 'gone' | 'there' {
  if (!existsSync(`/proc/${pid}/status`)) return 'gone'
  try {
    return /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1')) ? 'gone' : 'there'
  } catch {
    return 'gone' // Between the two looks.
  }
}

/** What a process has open, by number. */
export function descriptorsOf(pid: number): Record<number, string> {
  const folder = `/proc/${pid}/fd`
  return Object.fromEntries(readdirSync(folder).map((fd) => [Number(fd), readlinkSync(join(folder, fd))]))
}
