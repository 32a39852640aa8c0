import { channel } from 'node:diagnostics_channel'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { ServiceManager } from '../../lib/daemon/notify.js'
import { CHANNELS, supervise } from '../../lib/daemon/supervision.js'
import { StandInManager } from '../support/service-manager.js'
import { temporary } from '../support/temporary.js'
import { withNative } from '../support/with-native.js'

const open: StandInManager[] = []
afterEach(() => open.splice(0).forEach((one) => one.close()))

const start = (more: Record<string, string> = {}) => {
  const heard = new StandInManager(join(temporary(), 'notify'))
  open.push(heard)
  supervise(new ServiceManager({ env: { NOTIFY_SOCKET: heard.address, ...more } }))
  return heard
}

/** A train, as far as it is known here; what is enqueued runs when `turn` says so. */
class SomeTrain {
  readonly due: (() => void)[] = []
  end: () => void = () => undefined
  readonly esc = { enqueue: (fn: () => void) => this.due.push(fn) }
  onEnd(listener: () => void): void {
    this.end = listener
  }
}

const say = (name: keyof typeof CHANNELS, train: SomeTrain) => channel(CHANNELS[name]).publish({ train })

withNative(
  'a train that runs is ready, one that follows it is, too, and only the last one is heard to stop',
  async () => {
    const heard = start()
    const [first, second] = [new SomeTrain(), new SomeTrain()]
    say('running', first)
    await heard.hear('READY=1')
    say('running', second)
    await heard.hear('READY=1')
    first.end()
    say('stopping', first)
    say('stopping', second)
    await heard.hear('STOPPING=1')
    expect(heard.messages).toEqual([])
  },
)

withNative('each sign of life passes through the escapement of the train that runs', async () => {
  const heard = start({ WATCHDOG_USEC: '2000' })
  const train = new SomeTrain()
  say('running', train)
  await heard.hear('READY=1')
  while (train.due.length < 2) await new Promise((resolve) => setImmediate(resolve))
  expect(heard.messages).toEqual([]) // It hangs.
  train.due.forEach((fn) => fn())
  await heard.hear('WATCHDOG=1')
  train.end()
  const after = train.due.length
  await new Promise((resolve) => setTimeout(resolve, 0))
  expect(train.due.length).toBe(after)
})

test('the channels are those that a train speaks on', () => {
  expect(CHANNELS).toEqual({ running: 'deadbeat.train.running', stopping: 'deadbeat.train.stopping' })
})
