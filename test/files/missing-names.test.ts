import { afterEach, expect, test } from '@jest/globals'
import { FollowedName } from '../../lib/files/followed-name.js'
import { MissingNames } from '../../lib/files/missing-names.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { recorder } from '../support/marks.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start(isLiteral = true) {
  const clock = new ManualClock({ nowMs: 0 })
  const loop = new Escapement({ clock })
  cleanups.push(() => loop.close())
  const { log, logged } = recorder()
  const names = new MissingNames({ loop, log, options: { rotateWaitMs: 1000 } })
  const name = new FollowedName('/a.log', isLiteral)
  return { look: (exists: boolean) => names.looked(name, exists), name, loop, clock, logged }
}

const GONE = 'warn: /a.log is gone, and no other file has come in its place: it is waited for'

test('says once that a name lost its file, and once that it has one again', () => {
  const { look, clock, logged } = start()
  look(true)
  look(false)
  clock.advance(999)
  expect(logged).toEqual([])
  look(false)
  clock.advance(5000)
  look(false)
  clock.advance(5000)
  expect(logged).toEqual([GONE])
  look(true)
  look(true)
  look(false)
  clock.advance(1000)
  expect(logged).toEqual([GONE, 'info: /a.log is there again', GONE])
})

test('says nothing of a rotation, of what was never there, of what matches a pattern, and behind the end', () => {
  const { look, clock, logged, name, loop } = start()
  look(false)
  clock.advance(1000)
  look(true)
  look(false)
  clock.advance(500)
  look(true)
  clock.advance(1000)
  look(false)
  name.unbind(loop)
  clock.advance(1000)
  const matched = start(false)
  matched.look(true)
  matched.look(false)
  matched.clock.advance(1000)
  expect([...logged, ...matched.logged]).toEqual([])
})
