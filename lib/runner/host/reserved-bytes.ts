/**
 * What Node keeps for itself of the memory that a limit counts: newer ones set a range aside for compiled code, half a
 * gigabyte of addresses that nothing is in yet, which the kernel counts as data. A job gets its own memory besides.
 */
import { spawnSync } from 'node:child_process'

/** What may have to be added, in bytes. */
const MIGHT_BE = [0, 128, 256, 512, 1024].map((megabytes) => megabytes * 2 ** 20)
/** What the smallest job has. */
const LEAST_BYTES = 64 * 2 ** 20

const found = new Map<string, number>()

/**
 * How many bytes this Node sets aside, found by trying, once: the least under which it starts. 0, if it starts under none.
 *
 * @param prlimit the program that sets the limit.
 * @example
 * assert.equal(reservedBytes('/nowhere/prlimit'), 0)
 */
export function reservedBytes(prlimit: string): number {
  let bytes = found.get(prlimit)
  if (bytes === undefined) found.set(prlimit, (bytes = MIGHT_BE.find((more) => starts(prlimit, more)) ?? 0))
  return bytes
}

function starts(prlimit: string, more: number): boolean {
  const args = [`--data=${LEAST_BYTES + more}`, '--core=0', '--', process.execPath, '-e', '0']
  return spawnSync(prlimit, args, { stdio: 'ignore', env: {}, timeout: 5000 }).status === 0
}
