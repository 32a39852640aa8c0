/**
 * The bits of inotify masks, under their names in inotify(7) without the `IN_`.
 *
 * Those up to `MOVE_SELF` can be asked for and are delivered; `UNMOUNT`, `Q_OVERFLOW`, `IGNORED` and `ISDIR` are only
 * delivered; `ONLYDIR`, `DONT_FOLLOW`, `EXCL_UNLINK`, `MASK_CREATE`, `MASK_ADD` and `ONESHOT` are only given to `add`.
 *
 * @example
 * assert.equal(IN.MOVED_FROM | IN.MOVED_TO, IN.MOVE)
 */
export const IN = {
  ACCESS: 0x1,
  MODIFY: 0x2,
  ATTRIB: 0x4,
  CLOSE_WRITE: 0x8,
  CLOSE_NOWRITE: 0x10,
  OPEN: 0x20,
  MOVED_FROM: 0x40,
  MOVED_TO: 0x80,
  CREATE: 0x100,
  DELETE: 0x200,
  DELETE_SELF: 0x400,
  MOVE_SELF: 0x800,
  UNMOUNT: 0x2000,
  Q_OVERFLOW: 0x4000,
  IGNORED: 0x8000,
  ONLYDIR: 0x1000000,
  DONT_FOLLOW: 0x2000000,
  EXCL_UNLINK: 0x4000000,
  MASK_CREATE: 0x10000000,
  MASK_ADD: 0x20000000,
  ISDIR: 0x40000000,
  ONESHOT: 0x80000000,
  CLOSE: 0x18,
  MOVE: 0xc0,
  ALL_EVENTS: 0xfff,
} as const

const COMBINED: readonly string[] = ['CLOSE', 'MOVE', 'ALL_EVENTS']

/**
 * Name the bits of a mask, for messages: lowest bit first, and what has no name as one hexadecimal number.
 *
 * @example
 * assert.deepEqual(maskNames(IN.CREATE | IN.ISDIR), ['CREATE', 'ISDIR'])
 */
export function maskNames(mask: number): string[] {
  const names: string[] = []
  let unnamed = mask >>> 0
  for (const [name, bit] of Object.entries(IN)) {
    if (COMBINED.includes(name) || (mask & bit) === 0) continue
    names.push(name)
    unnamed = (unnamed & ~bit) >>> 0
  }
  if (unnamed !== 0) names.push(`0x${unnamed.toString(16)}`)
  return names
}
