import { EmbeddedEngine } from '../../../lib/kv/embedded/embedded-engine.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { temporary } from '../../support/temporary.js'
import { checkEngine } from '../engine-contract.js'

checkEngine(({ revisionsMax }) => {
  const clock = new ManualClock()
  return { clock, engine: new EmbeddedEngine({ file: `${temporary()}/store.kv`, clock, revisionsMax, pollMs: 50 }) }
})
