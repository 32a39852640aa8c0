import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { Random } from '../../../lib/testing/check/random.js'
import { World, settle } from '../../../lib/testing/check/world.js'

test('promises are kept when it is said, in an order of their own', async () => {
  const { order, world } = ((seed: number) => {
    const made = new World(new Random(seed))
    const kept: number[] = []
    for (let i = 0; i < 6; i++) void made.later().then(() => kept.push(i))
    return { order: kept, world: made }
  })(1)
  world.keep(2)
  await settle()
  expect([order.length, world.promised]).toEqual([2, 4])
  world.keep(Infinity)
  await settle()
  expect([world.promised, [...order].sort()]).toEqual([0, [0, 1, 2, 3, 4, 5]])
  expect(order).not.toEqual([0, 1, 2, 3, 4, 5])
})

test('what the system is asked for is waited for', async () => {
  let length = 0
  void readFile('package.json').then((bytes) => (length = bytes.length))
  await settle()
  expect(length).toBeGreaterThan(0)
})

test('what nobody answers is waited for once', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'deadbeat-world-'))
  const fifo = join(dir, 'fifo')
  execFileSync('mkfifo', [fifo])
  const opening = open(fifo, 'r') // Until somebody writes.
  await settle(20)
  await settle(60_000)
  const writing = await open(fifo, 'w')
  await Promise.all([writing.close(), opening.then((reading) => reading.close())])
  await settle()
  let length = 0
  void readFile('package.json').then((bytes) => (length = bytes.length))
  await settle()
  expect(length).toBeGreaterThan(0)
  rmSync(dir, { recursive: true })
})
