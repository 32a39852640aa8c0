import { expect, test } from '@jest/globals'
import { PersistMemory } from '../../../lib/items/persist/memory.js'
import type { Persistence } from '../../../lib/items/persist/persistence.js'
import { SaveQueue, type SaveTimes } from '../../../lib/items/persist/save-queue.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { lineLogger } from '../../../lib/movement/logger.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { PLACE } from './contract.js'

/** A place that fails on demand, and takes as long as it is held up. */
class Trying implements Persistence {
  readonly name = 'a disk'
  readonly saves: Record<string, string>[] = []
  fails = 0
  isClosed = false
  #held: (() => void)[] | null = null

  load(): Promise<ReadonlyMap<string, string>> {
    return Promise.resolve(new Map())
  }

  async save(changes: ReadonlyMap<string, string>): Promise<void> {
    this.saves.push(Object.fromEntries(changes))
    if (this.#held !== null) await new Promise<void>((resolve) => this.#held?.push(resolve))
    if (this.fails > 0) {
      this.fails -= 1
      throw new Error('no space left')
    }
  }

  putAside(): Promise<string> {
    return Promise.resolve('')
  }

  close(): Promise<void> {
    this.isClosed = true
    return Promise.resolve()
  }

  hold(): void {
    this.#held = []
  }

  release(): void {
    for (const go of this.#held ?? []) go()
    this.#held = null
  }
}

function start(times: SaveTimes = {}) {
  const clock = new ManualClock({ wallMs: 1_000_000 })
  const disk = new Trying()
  const lines: string[] = []
  const values = new Map<string, string | null>()
  const queue = new SaveQueue({
    ...{ persistence: disk, esc: new Escapement({ clock }), log: lineLogger({}, (line) => lines.push(line)) },
    ...{ textOf: (key: string) => values.get(key) ?? null, ...times },
  })
  const change = (key: string, text: string | null): void => {
    values.set(key, text)
    queue.changed(key)
  }
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms)
    for (let turn = 0; turn < 3; turn++) await turnOfNode()
  }
  return { clock, disk, lines, queue, change, pass }
}

test('what changes within saveMs is saved together, with its last value', async () => {
  const { disk, queue, change, pass } = start()
  change('a', '1')
  await pass(900)
  change('b', '2')
  change('a', '3')
  await pass(999)
  expect(disk.saves).toEqual([])
  expect(queue.state).toEqual({ name: 'a disk', unsaved: 2, savedTime: null, trouble: null })
  await pass(1)
  expect(disk.saves).toEqual([{ a: '3', b: '2' }])
  expect(queue.state).toEqual({ name: 'a disk', unsaved: 0, savedTime: 1001.9, trouble: null })
  await pass(60_000)
  expect(disk.saves).toHaveLength(1)
})

test('a change waits no longer than saveMaxMs, however many others follow', async () => {
  const { disk, change, pass } = start({ saveMs: 1000, saveMaxMs: 2500 })
  change('a', '0')
  for (let i = 1; i <= 5; i++) {
    await pass(500)
    if (i < 5) change('a', String(i))
  }
  expect(disk.saves).toEqual([{ a: '4' }])
})

test('a value that changes while it is saved is saved again', async () => {
  const { disk, queue, change, pass } = start()
  disk.hold()
  change('a', '1')
  await pass(1000)
  change('a', '2')
  await pass(5000)
  expect(disk.saves).toEqual([{ a: '1' }])
  expect(queue.state.unsaved).toBe(1)
  disk.release()
  await pass(0)
  await pass(1000)
  expect(disk.saves).toEqual([{ a: '1' }, { a: '2' }])
})

test('a save that fails is told once and tried again with longer and longer pauses', async () => {
  const { disk, lines, queue, change, pass } = start({ retryMs: 1000, retryMaxMs: 3000 })
  disk.fails = 3
  change('a', '1')
  await pass(1000)
  expect(queue.state).toMatchObject({ unsaved: 1, trouble: 'no space left' })
  change('b', '2')
  await pass(499)
  expect(disk.saves).toHaveLength(1)
  await pass(501)
  expect(disk.saves).toHaveLength(2)
  await pass(999)
  expect(disk.saves).toHaveLength(2)
  await pass(1001)
  await pass(3000)
  expect(disk.saves.slice(1)).toEqual([{ a: '1', b: '2' }, { a: '1', b: '2' }, { a: '1', b: '2' }]) // prettier-ignore
  expect(queue.state).toMatchObject({ unsaved: 0, trouble: null })
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/^WARN could not save values in a disk: .*err=no space left/)
})

test('who waits for a value to be saved is answered when it is, and saves at once what else is there', async () => {
  const { disk, queue, change, pass } = start()
  disk.hold()
  change('a', '1')
  change('b', '2')
  const told: string[] = []
  void queue.saved('a').then(() => told.push('a'))
  void queue.saved('c').then(() => told.push('c'))
  await pass(0)
  expect([disk.saves, told]).toEqual([[{ a: '1', b: '2' }], ['c']])
  void queue.saved('b').then(() => told.push('b'))
  change('a', '3')
  void queue.saved('a').then(() => told.push('a again'))
  void queue.saved('a').then(() => told.push('and again'))
  disk.release()
  await pass(0)
  expect(disk.saves).toEqual([{ a: '1', b: '2' }, { a: '3' }])
  expect(told).toEqual(['c', 'a', 'b', 'a again', 'and again'])
})

test('who waits hears that it failed, and it is tried again', async () => {
  const { disk, queue, change, pass } = start()
  disk.fails = 2
  change('a', '1')
  await expect(queue.saved('a')).rejects.toThrow('no space left')
  await expect(queue.saved('a')).rejects.toThrow('no space left')
  await pass(2000)
  expect(disk.saves).toHaveLength(3)
  await queue.saved('a')
  expect(disk.saves).toHaveLength(3)
})

test('a key without a text that can be saved keeps nobody up', async () => {
  const { disk, queue, change, pass } = start()
  change('a', null)
  change('b', '2')
  await pass(1000)
  change('a', null)
  await pass(1000)
  expect(disk.saves).toEqual([{ b: '2' }])
  expect(queue.state.unsaved).toBe(0)
})

test('at the end what is left is saved at once, and again if that fails', async () => {
  const { disk, lines, queue, change, pass } = start()
  disk.fails = 2
  change('a', '1')
  const closing = queue.close()
  await pass(0)
  expect([disk.saves.length, disk.isClosed]).toEqual([1, false])
  for (let i = 0; i < 4; i++) await pass(500)
  await pass(1000)
  await closing
  expect([disk.saves.length, disk.isClosed, lines.length]).toEqual([3, true, 1])
})

test('at the end it waits for what is being saved, and for what changed meanwhile', async () => {
  const { disk, queue, change, pass } = start()
  disk.hold()
  change('a', '1')
  await pass(1000)
  change('a', '2')
  const closing = queue.close()
  await pass(0)
  expect(disk.isClosed).toBe(false)
  disk.release()
  await closing
  expect([disk.saves, disk.isClosed]).toEqual([[{ a: '1' }, { a: '2' }], true])
})

test('at the end nothing is waited for longer than stopMs, and what is lost is told', async () => {
  const { disk, lines, queue, change, pass } = start({ stopMs: 3000 })
  disk.fails = Infinity
  change('a', '1')
  change('b', '1')
  const closing = queue.close()
  for (let i = 0; i < 6; i++) await pass(500)
  await closing
  expect(disk.isClosed).toBe(true)
  expect(lines.at(-1)).toBe('ERROR the last values were not saved in a disk: no space left keys=["a","b"]\n')
  const before = disk.saves.length
  await pass(600_000)
  expect(disk.saves).toHaveLength(before)
})

test('at the end a place that says nothing is not waited for longer than stopMs', async () => {
  const { disk, lines, queue, change, pass } = start()
  disk.hold()
  change('a', '1')
  const closing = queue.close()
  await pass(5000)
  await closing
  expect(lines[0]).toMatch(/were not saved in a disk: it takes longer than stopMs \(5000 ms\)/)
})

test('with memory behind it', async () => {
  const memory = new PersistMemory().of(PLACE)
  const queue = new SaveQueue({
    ...{ persistence: memory, esc: new Escapement({ clock: new ManualClock() }), log: lineLogger() },
    textOf: () => '5',
  })
  queue.changed('level')
  await queue.flush()
  expect([...(await memory.load())]).toEqual([['level', '5']])
})
