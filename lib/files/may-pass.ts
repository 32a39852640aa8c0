/** Whether what failed may succeed later. */

/** Codes of the system that say that something is gone. */
const GONE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ESTALE'])

/**
 * Whether it is the system's code of a state that may end, such as that too many files are open. Node's begin with ERR_.
 *
 * @example
 * assert.deepEqual(['EMFILE', 'ENOENT', 'ERR_MARK', ''].map(mayPass), [true, false, false, false])
 */
export function mayPass(code: string): boolean {
  return /^E[A-Z0-9]+$/.test(code) && !GONE.has(code)
}
