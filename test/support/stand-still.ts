/** Stopping a process that has a store's file open. */
import { execFileSync, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { turnOfNode } from '../../lib/movement/loop/clock.js'

/** Where lmdb's mutex for whoever writes lies in the file of its locks, and what of that word is the writer's thread. */
const WRITER_AT = 64
const THREAD = 0x3fffffff

/**
 * Stop a process (SIGSTOP) while it writes nothing to the store in a file: in the midst of a write it would stand in
 * everybody's way, with the file's lock, and who waits for that one waits with all that he does.
 */
export async function standStill(child: ChildProcess, file: string): Promise<void> {
  for (;;) {
    child.kill('SIGSTOP')
    while (stateOf(child.pid) !== 'T') await turnOfNode()
    if (writerOf(file) !== child.pid) return
    child.kill('SIGCONT')
    await turnOfNode()
  }
}

/**
 * The thread that writes to the store in a file at this moment, which in our processes is the first one; 0: none. Another
 * program looks: a process that closes that file once loses its own locks on it.
 */
export function writerOf(file: string): number {
  const word = execFileSync('od', ['-An', '-tu4', '-j', String(WRITER_AT), '-N', '4', `${file}-lock`], {
    encoding: 'utf8',
  })
  return Number(word) & THREAD
}

/** As `ps` shows it. */
function stateOf(pid = 0): string {
  return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.[0] ?? ''
}
