/** Names that can't be read now: said once, and tried again from time to time. */
import { codeOf } from '../errors/index.js'
import type { FollowedName } from './followed-name.js'
import type { FileLog, FileLoop } from './loop.js'

/** What they need of the follower. */
export interface UnreadableTarget {
  readonly loop: FileLoop
  readonly log: FileLog
  readonly options: { readonly retryMs: number; readonly retryMaxMs: number }
}

/** The names. */
export class UnreadableNames {
  private readonly to: UnreadableTarget
  private readonly tryAgain: (name: FollowedName) => void

  constructor(to: UnreadableTarget, tryAgain: (name: FollowedName) => void) {
    this.to = to
    this.tryAgain = tryAgain
  }

  /** A name can't be read: say so once, and try again. */
  add(name: FollowedName, error: Error): void {
    const { loop, log, options } = this.to
    const code = codeOf(error)
    name.retryMs = Math.min(options.retryMaxMs, name.retryMs === 0 ? options.retryMs : name.retryMs * 2)
    if (name.fault !== code) {
      const advice = code === 'EACCES' ? 'let the daemon read it; ' : code === 'EMFILE' ? 'lower openFilesMax; ' : ''
      const message = `cannot read ${name.path}: ${error.message}; ${advice}it is tried again from time to time`
      log.error({ file: name.path, err: error }, message)
    }
    name.fault = code
    name.stopRetrying(loop)
    name.retry = loop.after(name.retryMs, () => {
      name.retry = null
      this.tryAgain(name)
    })
  }

  /** It can be read after all. */
  remove(name: FollowedName): void {
    if (name.fault !== '') this.to.log.info({ file: name.path }, `${name.path} can be read again`)
    name.fault = ''
    name.retryMs = 0
  }
}
