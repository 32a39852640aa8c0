import { anonymous } from '../../../lib/rights/index.js'
import { WireError } from '../../../lib/wire/errors.js'
import type { Request } from '../../../lib/wire/frames/message.js'
import { Peer } from '../../../lib/wire/request/peer.js'
import { Asker, Work } from '../../../lib/wire/request/work.js'

function start() {
  const request: Request = {
    ...{ dialect: 'new', id: Buffer.from([255]), type: 'SET', target: 'lamp.level' },
    ...{ flags: 0, payload: { value: 7 } },
  }
  const asker = new Asker(new Peer(Buffer.from('me'), 'me'), request, anonymous)
  return { asker, work: new Work(asker, 500, null) }
}

test('a handler sees what was asked, and by whom', () => {
  const { work } = start()
  expect(work).toMatchObject({ id: '\xff', type: 'SET', target: 'lamp.level', value: 7, client: 'me' })
  expect(work).toMatchObject({ principal: anonymous, deadlineMs: 500 })
})

test('the signal says why, whether it was looked at before or after', () => {
  const reason = new WireError('ERR_CANCELLED', 'taken back')
  const [before, after] = [start().work, start().work]
  const { signal } = before
  for (const work of [before, after]) work.abort(reason)
  expect([signal.reason, after.signal.reason, after.isAborted]).toEqual([reason, reason, true])
})

test('the first reason counts', () => {
  const { work } = start()
  const first = new WireError('ERR_CANCELLED', 'taken back')
  work.abort(first)
  work.abort(new WireError('ERR_DEADLINE', 'over'))
  expect(work.signal.reason).toBe(first)
})

test('who asks waits until he is answered', () => {
  const { asker, work } = start()
  expect(asker.isWaiting).toBe(true)
  const other = start().asker
  work.join(other)
  for (let i = 0; i < 2; i++) work.part(asker)
  expect([asker.isWaiting, other.isWaiting]).toEqual([false, true])
})
