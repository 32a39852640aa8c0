import { Pending } from '../../../lib/wire/request/pending.js'

test('a request begins unsent and unacknowledged', () => {
  const waiter = { reply: () => undefined, fail: () => undefined }
  const pending = new Pending('00000001', { type: 'GET', target: 'lamp.level' }, waiter, 5)
  expect(pending).toMatchObject({
    id: '00000001',
    askedMs: 5,
    isSent: false,
    isAcknowledged: false,
    ackTimer: null,
    replyTimer: null,
  })
  expect(() => pending.release()).not.toThrow()
})
