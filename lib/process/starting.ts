/**
 * A start that takes little memory. Loading a program runs Node's loader some hundred times, so that V8 compiles it for
 * speed: that takes 3.5 MB of V8's own code, just as the loader is done. And it makes room for young data, of which there
 * won't be as many again: 1.5 MB.
 */
import { setFlagsFromString } from 'node:v8'

const SPARING = ['--no-opt', '--semi-space-growth-factor=1']
const USUAL = ['--opt', '--semi-space-growth-factor=2']

/**
 * What every app takes of Node: with the control socket `cluster`, and that `child_process` and `net`. It comes compiled
 * with Node, but V8 takes that only under the flags that it was compiled with, and else compiles it anew.
 */
const OF_NODE = ['assert', 'cluster', 'fs/promises', 'module', 'os', 'perf_hooks', 'tty', 'vm', 'worker_threads']

let isStarting = false

/** Spare memory from now on, unless whoever started this process has told V8 himself what to do about it. */
export function beginStarting(): void {
  const given = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ')
  if (/opt|turbo|jit|lite|semi/.test(given)) return
  isStarting = true
  for (const name of OF_NODE) process.getBuiltinModule(`node:${name}`)
  for (const flag of SPARING) setFlagsFromString(flag)
}

/** Let V8 do as usual again, before anything that takes time; it does nothing where it does already. */
export function endStarting(): void {
  if (!isStarting) return
  isStarting = false
  for (const flag of USUAL) setFlagsFromString(flag)
}
