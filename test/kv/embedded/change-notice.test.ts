import { expect, test } from '@jest/globals'
import { appendFileSync, writeFileSync } from 'node:fs'
import { listenTo, PolledNotice } from '../../../lib/kv/embedded/change-notice.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { withNative } from '../../support/with-native.js'
import { newPath } from './kit.js'

withNative('who listens hears that a file is written, each of its own, until it stops', async () => {
  const paths = [newPath(), newPath()] as const
  for (const path of paths) writeFileSync(path, '')
  const clock = new ManualClock()
  const other = listenTo(paths[0], () => { throw new Error('closed') }, { clock, pollMs: 5 }) // prettier-ignore
  let hear = (): void => undefined
  const heard = new Promise<void>((resolve) => (hear = resolve))
  const notice = listenTo(paths[1], () => { hear() }, { clock, pollMs: 5 }) // prettier-ignore
  notice.setRef(true)
  other.close()
  other.close()
  appendFileSync(paths[0], 'x')
  appendFileSync(paths[1], 'x')
  await heard
  notice.close()
})

test('where nobody tells it is looked from time to time, as long as somebody waits', () => {
  const clock = new ManualClock()
  let looks = 0
  const notice = new PolledNotice(() => { looks++ }, { clock, pollMs: 50 }) // prettier-ignore
  clock.advance(200)
  expect(looks).toBe(0)
  notice.setRef(true)
  notice.setRef(true)
  clock.advance(200)
  expect(looks).toBe(4)
  notice.setRef(false)
  clock.advance(200)
  expect(looks).toBe(4)
})
