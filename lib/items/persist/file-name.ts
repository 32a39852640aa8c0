/** Names of stores, daemons and keys as parts of paths. */

/**
 * A name as one part of a path: slashes are escaped, and a first dot, so that it never leads elsewhere.
 *
 * @example
 * assert.deepEqual(['lamp', '..', 'a/b'].map(fileNameOf), ['lamp', '%2E.', 'a%2Fb'])
 */
export function fileNameOf(name: string): string {
  return encodeURIComponent(name).replace(/^\./, '%2E')
}
