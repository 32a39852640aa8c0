import { expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../support/sources.js'
import { temporary } from '../support/temporary.js'

const LINES = 200_000

/** A train whose work is done in two workers. It says how far it is whenever a chunk is over. */
const program = (directory: string) => `
import { writeSync } from 'node:fs'
import { Train, Escapement } from '${root}/dist/lib/movement/index.js'
import { CheckpointFile } from '${root}/dist/lib/app/index.js'
import { FileWatcherSupply } from '${root}/dist/cogs/file-watcher-supply.js'
import { LineDrain } from '${root}/dist/cogs/line-drain.js'
import { Parallel } from '${root}/dist/cogs/parallel.js'
class Telling extends FileWatcherSupply {
  acknowledge(ticket) {
    super.acknowledge(ticket)
    writeSync(1, ticket.origin.end + '\\n')
  }
}
const checkpoints = new CheckpointFile('${directory}/checkpoint')
const train = new Train(Escapement.instance, { checkpoints, checkpointMs: 5 })
train.line(
  new Telling(train, { filenames: ['${directory}/in.log'], follow: false, chunkBytes: 4096 }),
  new Parallel(train, { module: '${root}/test/support/stretches.mjs' }),
  new LineDrain(train, { path: '${directory}/out.log' }),
)
await train.run()
`

/** Run it, and kill it once so many chunks are over; answers how it ended. */
async function run(path: string, chunksMax: number): Promise<number | string | null> {
  const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'inherit'] })
  let chunks = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    chunks += text.split('\n').length - 1
    if (chunks > chunksMax) child.kill('SIGKILL')
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return code ?? signal
}

test('kill -9 at any moment, with texts in the workers: every line comes once, in its order', async () => {
  const directory = temporary()
  const path = join(directory, 'app.mjs')
  writeFileSync(path, program(directory))
  const lines = Array.from({ length: LINES }, (_, n) => `line ${n}`)
  writeFileSync(join(directory, 'in.log'), `${lines.join('\n')}\n`)
  for (let round = 0; round < 5; round++) expect(await run(path, 3 + 13 * round)).toBe('SIGKILL')
  expect(await run(path, Infinity)).toBe(0)
  expect(readFileSync(join(directory, 'out.log'), 'utf8') === `${lines.join('\n').toUpperCase()}\n`).toBe(true)
})
