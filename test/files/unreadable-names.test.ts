import { afterEach, expect, test } from '@jest/globals'
import { FollowedName } from '../../lib/files/followed-name.js'
import { UnreadableNames } from '../../lib/files/unreadable-names.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { recorder } from '../support/marks.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start() {
  const clock = new ManualClock({ nowMs: 0 })
  const loop = new Escapement({ clock })
  cleanups.push(() => loop.close())
  const { log, logged } = recorder()
  const tries: number[] = []
  const names = new UnreadableNames({ loop, log, options: { retryMs: 1000, retryMaxMs: 3000 } }, (name) => {
    tries.push(loop.now())
    if (tries.length < 4) names.add(name, denied)
  })
  return { names, name: new FollowedName('/a.log', true), clock, tries, logged }
}

const denied = Object.assign(new Error('permission denied'), { code: 'EACCES' })

test('says once that a name cannot be read, and tries it again, after longer each time', () => {
  const { names, name, clock, tries, logged } = start()
  names.add(name, denied)
  clock.advance(60_000)
  expect(tries).toEqual([1000, 3000, 6000, 9000])
  expect(logged).toEqual([
    'error: cannot read /a.log: permission denied; let the daemon read it; it is tried again from time to time',
  ])
})

test('says that it can be read again, if it could not', () => {
  const { names, name, logged } = start()
  names.remove(name)
  names.add(name, denied)
  names.remove(name)
  expect(logged.slice(1)).toEqual(['info: /a.log can be read again'])
  expect([name.fault, name.retryMs]).toEqual(['', 0])
})
