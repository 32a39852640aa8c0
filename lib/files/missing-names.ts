/**
 * Names that lost their file and got no other: said once, and once more when there is a file again. A rotation leaves a
 * name without a file for a moment, so it is waited for as long as for the last words of a rotated file.
 */
import type { FollowedName } from './followed-name.js'
import type { FileLog, FileLoop } from './loop.js'

/** What they need of the follower. */
export interface MissingTarget {
  readonly loop: FileLoop
  readonly log: FileLog
  readonly options: { readonly rotateWaitMs: number }
}

/** The names; only those that were given themselves, as a file that matches a pattern may go for good. */
export class MissingNames {
  private readonly to: MissingTarget

  constructor(to: MissingTarget) {
    this.to = to
  }

  /** A name was looked at. */
  looked(name: FollowedName, exists: boolean): void {
    const { loop, log, options } = this.to
    const { path } = name
    if (exists) {
      name.stopMissing(loop)
      if (name.isMissed) log.info({ file: path }, `${path} is there again`)
      name.isMissed = false
    } else if (name.exists && name.isLiteral) {
      name.missing = loop.after(options.rotateWaitMs, () => {
        name.missing = null
        name.isMissed = true
        log.warn({ file: path }, `${path} is gone, and no other file has come in its place: it is waited for`)
      })
    }
    name.exists = exists
  }
}
