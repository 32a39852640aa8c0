import { afterEach, expect, test } from '@jest/globals'
import { appendFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { ChangeNotice, Polled } from '../../../lib/kv/embedded/change-notice.js'
import { EmbeddedEngine } from '../../../lib/kv/embedded/embedded-engine.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { withNative } from '../../support/with-native.js'
import { newPath, put } from './kit.js'

const open: ChangeNotice[] = []
afterEach(() => {
  for (const notice of open.splice(0)) notice.close()
})

/** Listen to a store; `looked()` resolves when it has been looked at once more, of which `isNew` are the answers. */
function start(path = newPath(), isNew: boolean[] = []) {
  writeFileSync(path, '', { flag: 'a' })
  const clock = new ManualClock()
  let waiting: (() => void)[] = []
  let looks = 0
  const look = (): boolean => {
    looks++
    for (const resolve of waiting.splice(0)) resolve()
    return isNew.shift() ?? true
  }
  const notice = new ChangeNotice(path, look, { clock, pollMs: 5 })
  open.push(notice)
  waiting = []
  return {
    path,
    clock,
    notice,
    looks: () => looks,
    looked: () => new Promise<void>((resolve) => waiting.push(resolve)),
  }
}

withNative('a touch is heard by who listens to that store, and by no other', async () => {
  const one = start()
  const other = start()
  const heard = one.looked()
  one.notice.touch()
  await heard
  const last = other.looked()
  other.notice.touch()
  await last
  expect(other.looks()).toBe(1)
  other.notice.touch()
  expect(statSync(`${other.path}-notice`).size).toBe(1)
})

withNative('a write that nobody told of is heard, and looked for once more if it cannot be seen yet', async () => {
  const { path, clock, looked, looks } = start(newPath(), [false, true])
  const heard = looked()
  appendFileSync(path, 'x')
  await heard
  clock.advance(49)
  expect(looks()).toBe(1)
  clock.advance(1)
  expect(looks()).toBe(2)
  clock.advance(1000)
  expect(looks()).toBe(2)
})

test('where nobody tells it is looked from time to time, as long as somebody waits', () => {
  const clock = new ManualClock()
  let looks = 0
  const polled = new Polled(() => { looks++ }, { clock, pollMs: 50 }) // prettier-ignore
  clock.advance(200)
  expect(looks).toBe(0)
  polled.setRef(true)
  polled.setRef(true)
  clock.advance(200)
  expect(looks).toBe(4)
  polled.setRef(false)
  clock.advance(200)
  expect(looks).toBe(4)
})

test('where a touch finds no room, what was committed stays committed', async () => {
  const file = newPath()
  symlinkSync('/dev/full', `${file}-notice`)
  const engine = new EmbeddedEngine({ file, clock: new ManualClock(), revisionsMax: 10, pollMs: 50, busyMs: 5000 })
  expect(await engine.commit([], [put('a')])).toMatchObject({ ok: true, revision: 2 })
  await engine.close()
})
