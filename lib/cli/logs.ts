/** `deadbeat logs`: what a daemon has logged. */
import { existsSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { EXIT } from '../app/exit-codes.js'
import { toText } from '../log/text.js'
import { endWithReader } from './end-with-reader.js'
import { placesOf } from './look-at.js'
import { follow, readLast } from './read-tail.js'
import { orTell, refuse } from './tell.js'

/** What is shown. */
export interface LogsOptions {
  /** How many of the last lines. */
  readonly lines: number
  /** Whether what comes is shown, too, until a signal. */
  readonly follow: boolean
  /** Whether lines are shown as they are, rather than as text for people. */
  readonly json: boolean
}

/**
 * Show the log of the app of that name.
 *
 * @returns 66 if there is none.
 */
export function logs(name: string, argv: readonly string[], options: LogsOptions): Promise<number> {
  return orTell(name, async () => {
    const places = await placesOf(name, argv, ({ logFile }) => logFile !== null && existsSync(logFile))
    const file = places.logFile
    if (file === null || !existsSync(file)) {
      const where = file === null ? 'its log goes to no file' : `there is no ${file}`
      const journal = `under systemd: journalctl -u deadbeat-${places.name}`
      return refuse(`${places.name} has no log to show: ${where}; ${journal}`, EXIT.noinput)
    }
    endWithReader(process.stdout)
    const write = writer(options.json)
    if (options.follow) await follow(file, options.lines, write, untilSignal())
    else readLast(file, options.lines, write)
    return EXIT.ok
  })
}

/** Writes whole lines, as text if that is wanted. */
function writer(isRaw: boolean): (piece: Buffer) => void {
  if (isRaw) return (piece) => void process.stdout.write(piece)
  const decoder = new StringDecoder('utf8')
  let begun = ''
  return (piece) => {
    const lines = (begun + decoder.write(piece)).split('\n')
    begun = lines.pop() ?? ''
    for (const line of lines) process.stdout.write(toText(line))
  }
}

function untilSignal(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => controller.abort())
  return controller.signal
}
