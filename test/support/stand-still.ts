/** Stopping a process that has a store's file open. */
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { codeOf } from '../../lib/errors/index.js'
import { WriteTurn } from '../../lib/kv/embedded/write-turn.js'
import { SystemClock, turnOfNode } from '../../lib/movement/loop/clock.js'

/** How long another process may write before it is taken for the one that was stopped, in ms. */
const BUSY_MS = 50

/**
 * Stop a process (SIGSTOP) while it writes nothing to the store in a file: in the midst of a write it would keep all
 * others from writing.
 */
export async function standStill(child: ChildProcess, file: string): Promise<void> {
  for (;;) {
    child.kill('SIGSTOP')
    while (stateOf(child.pid) !== 'T') await turnOfNode()
    if (mayWrite(file)) return
    child.kill('SIGCONT')
    await turnOfNode()
  }
}

function mayWrite(file: string): boolean {
  const turn = new WriteTurn(file, { clock: new SystemClock(), busyMs: BUSY_MS })
  try {
    return turn.now(() => true)
  } catch (error) {
    if (codeOf(error) !== 'ERR_KV_UNAVAILABLE') throw error
    return false
  } finally {
    turn.close()
  }
}

/** As `ps` shows it. */
function stateOf(pid = 0): string {
  return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.[0] ?? ''
}
