/** Whether a file that is being read still has the content that it was begun with. */
import { fingerprintOf, hasFingerprint, headOf, isOutgrown } from './fingerprint.js'
import type { OpenFiles } from './open-files.js'
import type { TailedFile } from './tailed-file.js'

/**
 * Whether a file of at least `size` bytes begins as it did, where that is in doubt. The fingerprint of one that was
 * short grows with it.
 */
export function hasSameContent(file: TailedFile, size: number, open: OpenFiles): boolean {
  const isShort = isOutgrown(file.fingerprint, size)
  if (file.isPacked || !(file.isSuspect || isShort) || !open.secure(file)) return true
  const head = headOf(file.fd, false)
  file.isSuspect = !hasFingerprint(head, file.fingerprint)
  if (isShort && !file.isSuspect) file.fingerprint = fingerprintOf(head)
  return !file.isSuspect
}
