/** Finding the daemon of an app's file by its process, so that nothing of the app has to run. */
import { readFileSync, readlinkSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { takeFlag } from '../conf/take-flag.js'
import { holderOf } from '../daemon/index.js'
import { locate } from './locate.js'
import { usualPlacesOf, type Places } from './look-at.js'

/**
 * The usual places of an app that is called as its file is, if the process that holds its pid file was started with this
 * very file. Null if that can't be seen: then the app has to be loaded.
 *
 * @param name The app, as it was called.
 * @param argv Its flags; with any that could mean another instance than the usual one the answer is null.
 */
export function runningPlacesOf(name: string, argv: readonly string[]): Places | null {
  const { file } = locate(name)
  const { rest } = takeFlag(takeFlag(argv, '--runtime-dir').rest, '--state-dir')
  if (file === null || rest.length > 0) return null
  const places = usualPlacesOf(basename(file, extname(file)), argv)
  const holder = holderOf(places.pidFile)
  return holder !== null && wasStartedWith(file, holder.pid) ? places : null
}

function wasStartedWith(file: string, pid: number): boolean {
  try {
    const folder = readlinkSync(`/proc/${pid}/cwd`)
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return args.some((arg) => locate(arg, folder).file === file)
  } catch {
    return false // It has ended, or is somebody else's.
  }
}
