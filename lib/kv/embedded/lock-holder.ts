/** Which process has a file locked, as the kernel tells (proc_locks(5)), for people who have to do something about it. */
import { fstatSync, readFileSync } from 'node:fs'

/** A line of the kernel's: `1: FLOCK  ADVISORY  WRITE 1234 fe:00:5678 0 EOF`; one that waits has an arrow before FLOCK. */
const LOCK = /^\d+: FLOCK +\w+ +\w+ +(?<pid>\d+) \w+:\w+:(?<inode>\d+) /gm

/** In words, `process 1234`, and whether that one is stopped; null if nobody has it, or the kernel doesn't say. */
export function holderOf(fd: number): string | null {
  const inode = String(fstatSync(fd).ino)
  const line = [...read('/proc/locks').matchAll(LOCK)].find(({ groups }) => groups?.['inode'] === inode)
  const pid = line?.groups?.['pid']
  if (pid === undefined) return null
  return `process ${pid}${isStopped(pid) ? ', which is stopped,' : ''}`
}

/** The state stands behind the name, which is in brackets and may hold any. */
function isStopped(pid: string): boolean {
  return /.*\) [Tt] /s.test(read(`/proc/${pid}/stat`))
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return '' // There may be no /proc, and the process may have gone.
  }
}
