import { expect, test } from '@jest/globals'
import { EmbeddedEngine } from '../../../lib/kv/embedded/embedded-engine.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { temporary } from '../../support/temporary.js'
import { checkEngine } from '../engine-contract.js'

checkEngine(({ revisionsMax }) => {
  const clock = new ManualClock()
  return {
    clock,
    engine: new EmbeddedEngine({ file: `${temporary()}/store.kv`, clock, revisionsMax, pollMs: 50, busyMs: 5000 }),
  }
})

class CountingClock extends ManualClock {
  armed = 0

  override alarm(atMs: number, ring: () => void): () => void {
    this.armed += 1
    return super.alarm(atMs, ring)
  }
}

test('closed in the very turn in which a lease ends, it asks for no alarm any more', async () => {
  const clock = new CountingClock()
  const engine = new EmbeddedEngine({
    file: `${temporary()}/store.kv`,
    clock,
    revisionsMax: 10,
    pollMs: 50,
    busyMs: 5000,
  })
  await engine.grant(1)
  clock.advance(1001)
  const { armed } = clock
  await engine.close()
  expect(clock.armed).toBe(armed)
})
