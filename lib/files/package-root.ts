/** Where this package lies. */
import { existsSync } from 'node:fs'

/**
 * The folder of the package that a module belongs to: the nearest one above it that has a package.json, as Node sees
 * it. A module's own place says nothing, because the build moves what it holds into another file.
 *
 * @param url The module's `import.meta.url`.
 * @returns The folder's URL, with its `/` at the end; that of the root directory if there is none.
 * @example
 * assert.equal(packageRoot('file:///nowhere/lib/a.js').href, 'file:///')
 */
export function packageRoot(url: string = import.meta.url): URL {
  const folder = new URL('.', url)
  const above = new URL('..', folder)
  return above.href === folder.href || existsSync(new URL('package.json', folder)) ? folder : packageRoot(above.href)
}
