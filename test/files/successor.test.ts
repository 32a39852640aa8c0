import { expect, test } from '@jest/globals'
import { closeSync, existsSync, openSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Rotation } from '../../lib/files/rotation.js'
import { Successor } from '../../lib/files/successor.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { temporary } from '../support/temporary.js'

function start() {
  const root = temporary()
  const path = join(root, 'out.log')
  writeFileSync(path, 'old')
  const options = { path, mode: 0o640, mkdir: false, sync: 'none' as const }
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const more = { rotateBytes: 1, rotateEveryMs: null, keep: 2, retryMs: 1000 }
  const rotation = new Rotation(new Escapement(), silent, { ...options, ...more })
  return { root, path, options, rotation, fd: openSync(path, 'a') }
}

test('the successor of a rotation waits beside, takes the place, and leaves nothing when it is not needed', () => {
  const { root, path, options, rotation } = start()
  writeFileSync(`${path}.next`, 'left behind by a crash')
  const next = Successor.ofRotation(options, rotation)
  expect([next.end.bytes, readdirSync(root).sort()]).toEqual([0, ['out.log', 'out.log.next']])
  expect(next.takePlace()).toBe(true)
  expect(readdirSync(root).sort()).toEqual(['out.log', 'out.log.1'])
  closeSync(next.fd)
  Successor.ofRotation(options, rotation).abandon()
  expect(existsSync(`${path}.next`)).toBe(false)
})

test('the successor by name is the file that has it now, unless it is the one that is open', () => {
  const { path, options, fd } = start()
  expect(Successor.ofName(options, fd)).toBe(null)
  renameSync(path, `${path}.old`)
  writeFileSync(path, 'new')
  const next = Successor.ofName(options, fd)
  expect([next?.end.bytes, next?.takePlace()]).toEqual([3, true])
})
