/** A deadline for code of others that is only looked at: it may loop for ever, or wait for what never comes. */
import { native } from 'inotify-ts/native'

let timer: NodeJS.Timeout | undefined

/**
 * End this process with a code, once the time is over, and say why on stderr; whatever it is about then. A second call takes
 * the place of the first. Without the native part a loop that never gives way is not ended.
 *
 * @example
 * setDeadline(60_000, 'the app was not loaded within a minute', 75)
 * clearDeadline()
 */
export function setDeadline(limitMs: number, message: string, code: number): void {
  clearDeadline()
  if (native !== null) {
    native.endAfter(limitMs, Buffer.from(`${message}\n`), code)
    return
  }
  const end = (): void => {
    process.stderr.write(`${message}\n`)
    process.exit(code)
  }
  timer = setTimeout(end, limitMs).unref()
}

/** Take the deadline back; without one it does nothing. */
export function clearDeadline(): void {
  clearTimeout(timer)
  native?.endAfter(0, Buffer.alloc(0), 0)
}
