import { afterAll, expect, test } from '@jest/globals'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FROM_SOURCE, startScript } from '../support/child.js'

const root = mkdtempSync(join(tmpdir(), 'buffer-kill-'))
afterAll(() => rmSync(root, { recursive: true }))

/** What the log may say after a kill. */
const EXPECTED = /^.*(ended within a record|was only begun|written behind the check-point|that were held).*\n/gm

/** A train that gives numbers from `first` on, says which ones are acknowledged, and notes in which round each came. */
const script = (round: number, first: number, count: number) => `
import { writeSync } from 'node:fs'
const { CheckpointFile } = await import(source + 'lib/files/checkpoint-file.ts')
const { BufferCog } = await import(source + 'cogs/buffer-cog.ts')
const { LineDrain } = await import(source + 'cogs/line-drain.ts')
const { Escapement, Supply, Train } = await import(source + 'lib/movement/index.ts')
class Numbers extends Supply {
  next = ${first}
  start() { this.train.esc.enqueue(this.give) }
  finish() {}
  resume() { super.resume(); this.train.esc.enqueue(this.give) }
  give = () => {
    if (this.paused) return
    const end = Math.min(this.next + 1 + (this.next % 50), ${first + count})
    const ticket = this.open(end, 0, 0)
    this.begin(ticket)
    while (this.next < end) this.put({ round: ${round}, n: this.next++, pad: 'x'.repeat(this.next % 300) })
    this.end(ticket)
    if (this.next === ${first + count}) this.train.ended()
    else this.train.esc.enqueue(this.give)
  }
  acknowledge({ origin }) { writeSync(1, origin + '\\n') }
}
const train = new Train(Escapement.instance, { checkpoints: new CheckpointFile('${root}/checkpoint'), checkpointMs: 5 })
train.line(
  new BufferCog(train, {
    ...{ directory: '${root}/queue', maxBytes: 300_000, segmentBytes: 20_000, cursorMs: 3 },
    upstream: (train, queue) => train.line(new Numbers(train, {}), queue),
  }),
  ({ round, n }) => [round + ' ' + n],
  new LineDrain(train, { path: '${root}/out.log' }),
)
await train.run()
`

test('kill -9 at any moment loses nothing that was acknowledged, repeats nothing, and the queue goes on', async () => {
  let first = 0
  for (let round = 0; round < 4; round++) {
    const { child, ended } = startScript(script(round, first, 1_000_000), FROM_SOURCE)
    // Somewhere in the middle of its work: after so many lines of its own.
    let told = 0
    child.stdout.on('data', (text: string) => {
      told += text.length
      if (told > 300 + round * 7919) child.kill('SIGKILL')
    })
    const { lines, signal } = await ended
    expect([signal, lines.length > 0]).toEqual(['SIGKILL', true])
    first = Math.max(...lines.map(Number))
  }
  const last = await startScript(script(4, first, 1000), FROM_SOURCE).ended
  expect([last.code, last.errors.replace(EXPECTED, '')]).toEqual([0, ''])
  const lines = readFileSync(join(root, 'out.log'), 'utf8').split('\n').slice(0, -1)
  // What was in the queue and not acknowledged was given again by its maker, in another round.
  expect(lines.length).toBe(new Set(lines).size)
  const numbers = new Set(lines.map((line) => Number(line.split(' ')[1])))
  expect(Array.from({ length: first + 1000 }, (_, n) => n).filter((n) => !numbers.has(n))).toEqual([])
  expect(readdirSync(join(root, 'queue'))).toEqual(['cursor'])
})
