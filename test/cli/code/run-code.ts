/** Runs the commands of code in this process, over a store in memory. */
import { CODE_PROGRAM } from '../../../lib/cli/code/program.js'
import { runStoreProgram } from '../../../lib/cli/kv/store-program.js'
import { Keys } from '../../../lib/runner/index.js'
import { startKv } from '../kv/run-kv.js'

/** A store and the commands over it. */
export function startCode() {
  const started = startKv({}, (argv, around) => runStoreProgram(CODE_PROGRAM, argv, around))
  const kv = started.backend()
  const keys = new Keys()
  const json = async (...argv: string[]): Promise<unknown[]> => {
    const { stdout } = await started.run(...argv, '--json')
    return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as unknown]))
  }
  /** What is stored as code, or null. */
  const stored = async (...path: string[]): Promise<Record<string, unknown> | null> => {
    const [text] = await kv.get(keys.code(path))
    return text === null ? null : (JSON.parse(text) as Record<string, unknown>)
  }
  return { ...started, kv, keys, json, stored }
}
