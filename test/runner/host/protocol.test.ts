import { formatMessage, readFromChild, requireShort } from '../../../lib/runner/host/protocol.js'

const ask = (method: unknown, params: unknown, id: unknown = 1) => ({ type: 'ask', id, method, params })

const GOOD: object[] = [
  { type: 'beat' },
  { type: 'log', level: 'info', text: '' },
  ask('get', { path: ['a'] }),
  ask('set', { path: [], value: null }),
  ask('delete', { path: ['a'] }, 0),
  ask('watch', { path: ['a'], fetch: true, minDepth: 0, maxDepth: -1 }),
  ask('monitor', { path: ['a', '+'], raw: false }),
  ask('send', { path: ['a'], value: [1] }),
  ask('send', { path: ['a'], raw: 'x' }),
  ask('setupDone', {}),
  ask('error', { record: { path: ['a'], severity: 7, data: {} } }),
  ask('error', { record: {} }),
  ask('call', { daemon: 'd', method: 'm', args: [1] }),
  ask('cancel', { of: 3 }),
  { type: 'end', end: { outcome: 'success', result: null } },
  { type: 'end', end: { outcome: 'cancelled', reason: '' } },
  { type: 'end', end: { outcome: 'failed', error: { name: 'E', message: '', isRetryable: false } } },
]

test('what a job host says is read as it was said', () => {
  for (const message of GOOD) expect(readFromChild(formatMessage(message as never))).toEqual(message)
})

test('what is as long as may be is read, too', () => {
  const text = 'x'.repeat(8192)
  for (const message of [
    ask('get', { path: Array(16).fill('a') }),
    ask('error', { record: { severity: 0 } }),
    { type: 'end', end: { outcome: 'failed', error: { name: text, message: text, stack: text, code: text } } },
  ])
    expect(readFromChild(JSON.stringify(message))).toEqual(message)
})

test('a message has at most 4 MiB, whatever it is made of', () => {
  const most = 'x'.repeat(2 ** 22)
  requireShort(most, 'a request')
  expect(() => requireShort(`${most}x`, 'a request')).toThrow(
    new RangeError('a request must have at most 4194304 bytes: it has 4194305'),
  )
  expect(() => requireShort('ä'.repeat(2 ** 21 + 1), 'what it is')).toThrow('what it is must have at most')
})

const BAD: unknown[] = [
  ...[null, 1, 'x', [], {}, { type: 'start' }, { type: '__proto__' }, { type: ['beat'] }],
  ...[
    { type: 'log', level: 'loud', text: '' },
    { type: 'log', level: 'info', text: 1 },
    { type: 'log', level: 'info' },
  ],
  ...[
    ask('get', {}),
    ask('get', { path: 'a' }),
    ask('get', { path: [''] }),
    ask('get', { path: [1] }),
    ask('get', null),
  ],
  ...[ask('get', { path: ['a'] }, -1), ask('get', { path: ['a'] }, 0.5), ask('get', { path: ['a'] }, '1')],
  ask('get', { path: Array(17).fill('a') }),
  ...[ask('toString', {}), ask('__proto__', {}), ask('constructor', { path: ['a'] }), ask(['get'], { path: ['a'] })],
  ...[ask('set', { path: ['a'] }), ask('set', { value: 1 }), ask('send', { path: ['a'], raw: 1 }), ask('send', {})],
  ask('watch', { path: ['a'], fetch: 1, minDepth: 0, maxDepth: 0 }),
  ask('watch', { path: ['a'], fetch: true, minDepth: -1, maxDepth: 0 }),
  ask('watch', { path: ['a'], fetch: true, minDepth: 0, maxDepth: -2 }),
  ...[ask('monitor', { path: ['a'] }), ask('cancel', { of: '1' }), ask('call', { daemon: 'd', method: 'm', args: {} })],
  ...[
    ask('error', { record: { severity: 8 } }),
    ask('error', { record: { severity: 0.5 } }),
    ask('error', { record: { severity: -1 } }),
    ask('error', { record: { data: [] } }),
    ask('error', {}),
  ],
  ...[{ type: 'end' }, { type: 'end', end: { outcome: 'success' } }, { type: 'end', end: { outcome: 'lost' } }],
  ...[
    { type: 'end', end: { outcome: 'failed', error: { name: 1, message: '' } } },
    { type: 'end', end: [] },
  ],
  { type: 'end', end: { outcome: 'toString' } },
  // Texts of errors are kept with the job.
  { type: 'end', end: { outcome: 'failed', error: { name: 'E', message: 'x'.repeat(8193) } } },
  { type: 'end', end: { outcome: 'cancelled', reason: 'x'.repeat(8193) } },
  // What isn't looked at would be handed on.
  ...[ask('send', { path: ['a'], value: 1, raw: {} }), ask('send', { path: ['a'], value: 1, raw: 'x' })],
  ...[ask('error', { record: { force: true } }), ask('error', { record: { error: {} } })],
  { type: 'end', end: { outcome: 'success', result: 1, exit: {} } },
]

test('whatever else a job may say is refused', () => {
  for (const message of BAD) expect(() => readFromChild(JSON.stringify(message))).toThrow('said what no job host says')
  for (const text of ['', '{', '{"type":"beat"', '\0', '[[[[', '{"__proto__":{"type":"beat"}}']) {
    expect(() => readFromChild(text)).toThrow('said what no job host says')
  }
})

test('the error of what was said shows no more of it than fits a line', () => {
  expect(() => readFromChild('x'.repeat(100_000))).toThrow(/^the job said what no job host says: "x{90,100}\.\.\.$/)
})
