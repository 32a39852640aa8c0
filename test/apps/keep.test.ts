import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { scratch, startDeadbeat } from '../app/scratch.js'

const FLAGS = ['run', 'keep', '--queue.directory=queue', '--output.path=out.log', '--train.checkpoint-ms=5']

test('what was taken of the standard input is written once, however often it is killed, and in its order', async () => {
  const dir = scratch({})
  const output = join(dir, 'out.log')
  const size = () => statSync(output, { throwIfNoEntry: false })?.size ?? 0
  for (let round = 0; round < 3; round++) {
    const { child, ended } = await startDeadbeat(dir, FLAGS, '')
    const before = size()
    child.stdin.on('error', () => undefined) // It is killed while it reads.
    let n = 0
    const feed = (): void => {
      if (size() > before + 200_000) child.kill('SIGKILL')
      else
        child.stdin.write(Array.from({ length: 1000 }, () => `${round} ${n++} ${'x'.repeat(n % 200)}\n`).join(''), feed)
    }
    feed()
    expect(await ended).toMatchObject({ signal: 'SIGKILL' })
  }
  const { child, ended } = await startDeadbeat(dir, FLAGS, '')
  child.stdin.end('3 0 last\n')
  expect(await ended).toMatchObject({ status: 0 })
  const next = [0, 0, 0, 0]
  const wrong: string[] = []
  for (const line of readFileSync(output, 'utf8').trimEnd().split('\n')) {
    const [round = 0, n] = line.split(' ').map(Number)
    if (n !== next[round] || next.slice(round + 1).some((count) => count > 0)) wrong.push(line)
    next[round] = Number(n) + 1
  }
  expect(wrong).toEqual([])
  expect([next[3], next.slice(0, 3).every((count) => count > 1000)]).toEqual([1, true])
  expect(readdirSync(join(dir, 'queue'))).toEqual(['cursor'])
})
