/**
 * What this machine has to hold jobs to their limits and to shut them in. Looked for once: a node that is given a new
 * tool is started again.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Logger } from '../../movement/index.js'

/** What there is; null: it isn't here, or doesn't work. */
export interface Tools {
  /** Of util-linux: limits of memory, time and descriptors. */
  readonly prlimit: string | null
  /** Of util-linux: a job whose node dies is killed. */
  readonly setpriv: string | null
  /** What shuts confined jobs in. */
  readonly confine: { readonly by: 'bwrap' | 'unshare'; readonly path: string } | null
}

let found: Tools | null = null

/** The tools of this machine. */
export function findTools(): Tools {
  found ??= lookFor(process.env['PATH'] ?? '')
  return found
}

/**
 * The tools of a search path.
 *
 * @example
 * assert.deepEqual(lookFor('/nowhere'), { prlimit: null, setpriv: null, confine: null })
 */
export function lookFor(path: string): Tools {
  const which = (name: string): string | null =>
    path
      .split(delimiter)
      .filter((folder) => folder !== '')
      .map((folder) => join(folder, name))
      .find(isProgram) ?? null
  return { prlimit: which('prlimit'), setpriv: which('setpriv'), confine: confining(which('bwrap'), which('unshare')) }
}

let isTold = false

/** Say once in the life of a process what this machine lacks. */
export function tellOfMissing({ prlimit, setpriv }: Tools, log: Logger): void {
  if (isTold) return
  isTold = true
  if (prlimit === null) {
    log.warn('prlimit (package util-linux) is not here: nothing but the heap of jobs is limited')
  }
  if (setpriv === null) {
    log.warn('setpriv (package util-linux) is not here: a job that never rests outlives a node that is killed')
  }
}

/** That one is here doesn't mean that the kernel lets us use it, so each is tried. */
function confining(bwrap: string | null, unshare: string | null): Tools['confine'] {
  if (bwrap !== null && works(bwrap, ['--unshare-all', '--ro-bind', '/', '/', '--proc', '/proc', process.execPath])) {
    return { by: 'bwrap', path: bwrap }
  }
  if (unshare !== null && works(unshare, [...UNSHARE, process.execPath])) return { by: 'unshare', path: unshare }
  return null
}

/** How a process gets a network and a tree of processes of its own by `unshare`, which only root may. */
export const UNSHARE = ['--net', '--ipc', '--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc', '--'] as const

function works(program: string, args: readonly string[]): boolean {
  return spawnSync(program, [...args, '--version'], { stdio: 'ignore', timeout: 5000 }).status === 0
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
