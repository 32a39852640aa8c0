import { afterEach, expect, test } from '@jest/globals'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { native } from 'inotify-ts/native'
import { CheckpointFile } from '../../lib/files/checkpoint-file.js'
import { temporary } from '../support/temporary.js'

const directory = temporary()
const path = join(directory, 'state', 'checkpoint')
afterEach(() => rmSync(join(directory, 'state'), { recursive: true, force: true }))

test('a record comes back as it was stored, whoever asks next', async () => {
  const first = new CheckpointFile(path)
  expect(first.load()).toBe(null)
  await first.store('{"a":1}')
  await first.store('{"a":2,"é":"\\u0000"}')
  first.close()
  const second = new CheckpointFile(path, { sync: true })
  expect(second.load()).toEqual({ a: 2, é: '\0' })
  await second.store('{"a":3}')
  second.close()
  expect(new CheckpointFile(path).load()).toEqual({ a: 3 })
})

test('the format of version 1 is read for ever', () => {
  const file = new CheckpointFile(path)
  file.load()
  file.close()
  writeFileSync(path, readFileSync(new URL('../fixtures/checkpoint-1', import.meta.url)))
  expect(new CheckpointFile(path).load()).toEqual({ version: 1, supplies: { FileWatcherSupply: null } })
})

test('it is the owner’s alone, and so is its directory', async () => {
  const file = new CheckpointFile(path)
  file.load()
  await file.store('1')
  expect([statSync(path).mode & 0o777, statSync(join(directory, 'state')).mode & 0o777]).toEqual([0o600, 0o700])
  file.close()
})

test('what is half written beside it changes nothing', async () => {
  const file = new CheckpointFile(path)
  file.load()
  await file.store('{"a":1}')
  file.close()
  writeFileSync(`${path}.new`, 'deadbeat checkp')
  expect(new CheckpointFile(path).load()).toEqual({ a: 1 })
})

test('one that is damaged is never passed over: the error names the file, how, and what to do', async () => {
  const file = new CheckpointFile(path)
  file.load()
  await file.store('{"abc":1}')
  file.close()
  const whole = readFileSync(path)
  const load = (bytes: Buffer | string): unknown => {
    writeFileSync(path, bytes)
    return new CheckpointFile(path).load()
  }
  expect(() => load('')).toThrow(`the check-point ${path} is damaged: it does not begin with the header`)
  expect(() => load(whole.subarray(0, -4))).toThrow('is damaged: 3 bytes are missing at its end; put back a copy of it')
  expect(() => load(whole.toString().replace('abc', 'abd'))).toThrow('is damaged: its checksum does not fit')
  expect(() => load(whole.toString().replace('checkpoint 1', 'checkpoint 3'))).toThrow(
    `the check-point ${path} has format 3, and this version knows 2: run the newer version`,
  )
  expect(load(whole)).toEqual({ abc: 1 })
})

test('one that cannot be locked is told with its path and what must be so', () => {
  mkdirSync(`${path}.lock`, { recursive: true })
  expect(() => new CheckpointFile(path).load()).toThrow(
    expect.objectContaining({
      code: 'ERR_STATE_DIRECTORY',
      message: expect.stringMatching(
        `^the check-point ${path} cannot be locked: EISDIR: .*; the state directory and all in it must be this user's`,
      ),
    }),
  )
})

test('it may say that the record is in another store, which is no record', async () => {
  const file = new CheckpointFile(path)
  file.load()
  await file.point('{"url":"etcd://a"}')
  file.close()
  expect(() => file.load()).toThrow(
    `the check-point ${path} was moved to another store, {"url":"etcd://a"}: only an app`,
  )
  expect(new CheckpointFile(path).read()).toEqual({ version: 2, json: '{"url":"etcd://a"}' })
})

test('one that is cleared is gone', async () => {
  const file = new CheckpointFile(path, { sync: true })
  file.load()
  await file.store('1')
  await file.clear()
  expect(file.load()).toBe(null)
  file.close()
  expect(readdirSync(join(directory, 'state'))).not.toContain('checkpoint')
})

const withLocks = native === null ? () => undefined : test // Without the binding there is no lock.
withLocks('a second run is refused until the first has let go', () => {
  const first = new CheckpointFile(path)
  first.load()
  const second = new CheckpointFile(path)
  expect(() => second.load()).toThrow(`${path} is in use by another run of the same train: stop that one, or give this`)
  first.close()
  expect(second.load()).toBe(null)
  second.close()
})
