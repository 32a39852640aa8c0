/**
 * The command that runs a job: Node with as few rights as it can be given, behind programs that set limits which hold
 * whatever the job does. Node's permissions are a seat belt and no wall: what a confined job can't reach, the kernel
 * keeps from it.
 */
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../../files/package-root.js'
import { RunnerError } from '../errors.js'
import type { FullLimits } from './limits.js'
import { reservedBytes } from './reserved-bytes.js'
import { UNSHARE, type Tools } from './tools.js'

/** A program and its arguments. */
export interface Command {
  readonly program: string
  readonly args: readonly string[]
}

/**
 * The program of the job host in the child. It is one file of its own, whichever way we run: it may read nothing else.
 */
export function hostFile(): string {
  return realpathSync(fileURLToPath(new URL('dist/lib/runner/host/child/main.cjs', packageRoot())))
}

/**
 * The command of a job host.
 *
 * @param native the binary of the native part; null: there is none.
 */
export function hostCommand(
  file: string,
  native: string | null,
  limits: FullLimits,
  tier: 'plain' | 'confined',
  tools: Tools,
): Command {
  // The other half is for what lies outside of the heap of JavaScript.
  const heapMb = Math.floor(limits.memoryBytes / 2 ** 21)
  const node = [
    process.execPath,
    ...permissionFlags(file, tier, process.allowedNodeEnvironmentFlags),
    // For the native part alone: what loads others is taken away before the code runs.
    ...(native !== null && process.allowedNodeEnvironmentFlags.has('--allow-addons')
      ? ['--allow-addons', '--disable-warning=SecurityWarning']
      : []),
    // Flags of V8 write files wherever they say: none can be set once the code runs.
    '--freeze-flags-after-init',
    ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', `--max-old-space-size=${heapMb}`, file],
  ]
  return limited(
    tier === 'plain' ? node : confined(node, native === null ? [file] : [file, native], tools),
    limits,
    tools,
  )
}

/** A command under the limits that the system keeps for us, as far as the tools are here. */
export function limited(words: readonly string[], limits: FullLimits, { prlimit, setpriv }: Tools): Command {
  const { memoryBytes, cpuSeconds, openFiles } = limits
  const seconds = Math.ceil(cpuSeconds)
  const files = Math.floor(openFiles)
  const before = [
    ...(prlimit === null
      ? []
      : [
          prlimit,
          `--data=${Math.floor(memoryBytes) + reservedBytes(prlimit)}`,
          `--cpu=${seconds}:${seconds + 1}`,
          `--nofile=${files}`,
        ]),
    ...(prlimit === null ? [] : ['--core=0', '--']),
    ...(setpriv === null ? [] : [setpriv, '--pdeathsig', 'KILL', '--no-new-privs', '--']),
  ]
  const [program = '', ...args] = [...before, ...words]
  return { program, args }
}

/**
 * The flags that take a Node's rights, as it spells them.
 *
 * @example
 * assert.deepEqual(permissionFlags('/a.cjs', 'plain', new Set(['--experimental-permission'])), [
 *   '--experimental-permission',
 *   '--allow-fs-read=/a.cjs',
 * ])
 */
export function permissionFlags(file: string, tier: 'plain' | 'confined', known: ReadonlySet<string>): string[] {
  const permission = known.has('--permission') ? '--permission' : '--experimental-permission'
  // Where Node can forbid the network too, only a confined job shall do without.
  const network = tier === 'plain' && known.has('--allow-net') ? ['--allow-net'] : []
  // Its database opens any file, whatever the permissions say.
  const database = known.has('--no-experimental-sqlite') ? ['--no-experimental-sqlite'] : []
  return [permission, `--allow-fs-read=${file}`, ...network, ...database]
}

function confined(node: readonly string[], files: readonly string[], { confine }: Tools): readonly string[] {
  if (confine === null) {
    throw new RunnerError(
      'ERR_JOB_START',
      'a confined job needs bwrap (package bubblewrap), or unshare and root: neither works here',
    )
  }
  if (confine.by === 'unshare') return [confine.path, ...UNSHARE, ...node]
  const libraries = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/usr/local/lib']
  return [
    confine.path,
    ...['--unshare-all', '--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL', '--chdir', '/'],
    ...libraries.flatMap((path) => ['--ro-bind-try', path, path]),
    ...[process.execPath, ...files].flatMap((path) => ['--ro-bind', path, path]),
    ...['--proc', '/proc', '--dev', '/dev', '--', ...node],
  ]
}
