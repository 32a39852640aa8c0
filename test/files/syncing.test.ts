import { afterEach, expect, test } from '@jest/globals'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Syncing, type SyncOptions } from '../../lib/files/syncing.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start(sync: SyncOptions['sync'], path?: string) {
  const root = mkdtempSync(join(tmpdir(), 'sync-'))
  const clock = new ManualClock()
  const esc = new Escapement({ clock })
  const fd = openSync(path ?? join(root, 'a'), 'a')
  const told: (number | string)[] = []
  const syncing = new Syncing(
    esc,
    { sync, syncMs: 500 },
    { fd, durable: (to) => told.push(to), cannotSync: ({ message }) => told.push(message) },
  )
  cleanups.push(() => {
    closeSync(fd)
    esc.close()
    rmSync(root, { recursive: true })
  })
  const tells = async (word: number | string) => {
    while (told.at(-1) !== word) await new Promise((resolve) => setImmediate(resolve))
  }
  return { syncing, clock, told, tells }
}

test('never: what is written counts', () => {
  const { syncing, told } = start('none')
  syncing.wrote(7)
  expect([told, syncing.isBusy]).toEqual([[7], false])
})

test('batch: after each write, one sync at a time', async () => {
  const { syncing, told, tells } = start('batch')
  syncing.wrote(7)
  expect([told, syncing.isBusy]).toEqual([[], true])
  syncing.wrote(8)
  syncing.wrote(9)
  await tells(9)
  expect([told, syncing.isBusy]).toEqual([[7, 9], false])
})

test('interval: some time after the first write that is not synced', async () => {
  const { syncing, clock, told, tells } = start('interval')
  syncing.wrote(7)
  clock.advance(400)
  syncing.wrote(8)
  clock.advance(99)
  expect(syncing.isBusy).toBe(false)
  clock.advance(1)
  syncing.wrote(9)
  await tells(8)
  expect(syncing.isBusy).toBe(false)
  clock.advance(500)
  await tells(9)
  expect(told).toEqual([8, 9])
})

test('at the end what is written is synced at once, and so is what comes yet', async () => {
  const { syncing, told, tells } = start('interval')
  syncing.wrote(7)
  syncing.end()
  syncing.wrote(8)
  await tells(8)
  syncing.wrote(9)
  await tells(9)
  expect(told).toEqual([7, 8, 9])
})

test('what was synced by another hand counts, and is not synced again when its time comes', () => {
  const { syncing, clock, told } = start('interval')
  syncing.wrote(7)
  syncing.syncedAll()
  clock.advance(500)
  expect([told, syncing.isBusy]).toEqual([[7], false])
  syncing.syncedAll()
  expect(told).toEqual([7])
})

test('after cancelling nothing is synced any more', () => {
  const { syncing, clock } = start('interval')
  syncing.wrote(7)
  syncing.cancel()
  clock.advance(500)
  expect(syncing.isBusy).toBe(false)
})

test('what is under way when it is cancelled is told, and nothing is synced behind it: its file may be closed', async () => {
  const { syncing, tells } = start('batch')
  syncing.wrote(7)
  syncing.wrote(8)
  syncing.cancel()
  await tells(7)
  expect(syncing.isBusy).toBe(false)
})

test.each(['batch', 'interval'] as const)(
  'a sync that fails is told, and not tried again, whatever is written then: %s',
  async (sync) => {
    const { syncing, clock, told, tells } = start(sync, '/dev/null')
    syncing.wrote(7)
    clock.advance(500)
    syncing.wrote(8)
    await tells('EINVAL: invalid argument, fdatasync')
    expect([told.length, syncing.isBusy]).toEqual([1, false])
    syncing.wrote(9)
    clock.advance(500)
    expect(syncing.isBusy).toBe(false)
    syncing.end()
    expect(syncing.isBusy).toBe(false)
  },
)

test('interval: what is written while a sync is under way is synced as well, even if its time comes meanwhile', async () => {
  const { syncing, clock, told, tells } = start('interval')
  syncing.wrote(7)
  clock.advance(500)
  syncing.wrote(8)
  clock.advance(500) // The first sync is still under way: the kernel is asked in a thread of its own.
  expect([syncing.isBusy, told]).toEqual([true, []])
  await tells(7)
  clock.advance(500)
  await tells(8)
})
