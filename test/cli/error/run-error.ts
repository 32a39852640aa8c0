/** Runs the commands of errors in this process, over a store in memory. */
import { ERROR_PROGRAM } from '../../../lib/cli/error/program.js'
import { runStoreProgram } from '../../../lib/cli/kv/store-program.js'
import { ErrorRecords, Keys } from '../../../lib/runner/index.js'
import { startKv } from '../kv/run-kv.js'

/** A store with three records, one of them resolved, and the commands over it. */
export async function startErrors() {
  const started = startKv({}, (argv, around) => runStoreProgram(ERROR_PROGRAM, argv, around))
  const kv = started.backend()
  const on = (node: string): ErrorRecords => new ErrorRecords(kv, new Keys(), node, { clock: kv.clock })
  started.clock.advance(1_800_000_000_000)
  const error = new Error('it is too hot')
  await on('n1').record('run', ['a', 'question'], { error, comment: 'cancelled', data: { limit: 20 } })
  await on('n2').record('compile', ['a', 'question'], { message: 'unexpected end', severity: 1 })
  await on('n1').record('run', ['other'], { message: 'gone' })
  await on('n1').resolve('run', ['other'])
  return { ...started, on }
}
