/** Waiting for files that another process writes. */
import { existsSync, readFileSync, watch } from 'node:fs'
import { once } from 'node:events'
import { dirname } from 'node:path'

/** Resolves once a file has at least so many line ends. */
export async function grown(path: string, count: number): Promise<void> {
  const watcher = watch(dirname(path), { persistent: false })
  try {
    while (!existsSync(path) || readFileSync(path, 'utf8').split('\n').length <= count) await once(watcher, 'change')
  } finally {
    watcher.close()
  }
}
