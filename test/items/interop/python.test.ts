import { afterEach, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Item, ItemDaemon } from '../../../lib/items/index.js'
import { Bulk } from '../../../lib/wire/index.js'
import { startUnittest } from '../conformance/unittest-daemon.js'

const PYTHON = '/usr/bin/python3'
const hasPeer = ['zmq', 'numpy'].every((name) => existsSync(`/usr/lib/python3/dist-packages/${name}/__init__.py`))

type Answer = [type: string, target: string, flags: string, payload: Record<string, unknown> | null]

const cleanups = new Set<() => unknown>()
afterEach(async () => {
  for (const cleanup of cleanups) await cleanup()
  cleanups.clear()
})

class Unittest extends ItemDaemon {
  override setup(): void {
    this.addItem(Item, 'image', { type: 'bulk' })
    this.addItem(Counted, 'counted')
    this.store.methods.set('add', { doc: 'A sum.', params: ['a', 'b'], call: ([a, b]) => Number(a) + Number(b) })
    this.store.methods.set('count', {
      doc: 'Numbers from 1.',
      async *call([to]) {
        for (let n = 1; n <= Number(to); n++) yield await Promise.resolve(n)
      },
    })
  }
}

/** Counts how often it is looked at. */
class Counted extends Item<number> {
  private looks = 0

  override reqRefresh() {
    return { value: ++this.looks, time: this.looks }
  }
}

async function start() {
  const { daemon, rep, pub } = await startUnittest({}, new Unittest('unittest', 'unittest'))
  const script = fileURLToPath(new URL('./peer.py', import.meta.url))
  const child = spawn(PYTHON, [script, String(rep), String(pub)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const tell = async (method: string, ...args: unknown[]): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify([method, ...args])}\n`)
    const { value, done } = await answers.next()
    if (done === true) throw new Error(`the peer ended before it answered ${method}`)
    return JSON.parse(value) as unknown
  }
  cleanups.add(() => child.stdin.end())
  const ask = async (...args: unknown[]): Promise<Answer[]> => (await tell('ask', ...args)) as Answer[]
  /** The payload of the REP that comes behind an ACK. */
  const reply = async (...args: unknown[]): Promise<Record<string, unknown> | null> => {
    const [ack, ...rest] = await ask(...args)
    expect(ack).toEqual(['ACK', '', '', null])
    expect(rest).toHaveLength(1)
    return rest[0]?.[3] ?? null
  }
  return { daemon, tell, ask, reply }
}

const hex = (...frames: (string | Buffer)[]): string[] => frames.map((frame) => Buffer.from(frame).toString('hex'))

// What isn't installed is told by `npm run verify`, which leaves nothing out where CI is set.
if (hasPeer) {
  test('gets, refreshes and sets; any case of letters', async () => {
    const { reply, daemon } = await start()
    expect(await reply('GET', 'unittest.readonly')).toEqual({ value: 13, time: expect.any(Number) })
    expect(await reply('GET', 'UNITTEST.ReadOnly')).toMatchObject({ value: 13 })
    expect(await reply('GET', 'unittest.counted', { refresh: true })).toEqual({ value: 1, time: 1 })
    expect(await reply('GET', 'unittest.counted')).toEqual({ value: 1, time: 1 })
    expect(await reply('SET', 'unittest.number', { value: 44, time: 1.5, _user: 'ann' })).toEqual({ value: true })
    expect(await reply('SET', 'unittest.enumerated', { value: 'SEVEN' })).toMatchObject({ accepted: 7 })
    expect([daemon.store.item('number').value, daemon.store.item('enumerated').value]).toEqual([44, 7])
    expect(await reply('SET', 'unittest.typeless', { value: null })).toEqual({ value: true })
    expect(daemon.store.item('typeless').value).toBeNull()
  })

  test('a publication comes before the answer to the SET that made it', async () => {
    const { tell, reply } = await start()
    await tell('subscribe', 'unittest.number.')
    // Until a subscription has reached the daemon, nobody can say that it is there: set until it is heard.
    let first: unknown = null
    for (let value = 100; first === null; value++) {
      await reply('SET', 'unittest.number', { value })
      first = await tell('publication', 200)
    }
    await reply('SET', 'unittest.number', { value: 7.5 })
    expect(await tell('publication')).toEqual([
      'unittest.number.',
      'a',
      { value: 7.5, time: expect.any(Number), _seq: expect.any(Number), _boot: expect.anything() },
    ])
  })

  test.each([
    ['int16', [2, 3], [1, -2, 3, 4, 5, 6], '[[1, -2, 3], [4, 5, 6]]'],
    ['uint8', [4], [0, 1, 128, 255], '[0, 1, 128, 255]'],
    ['float32', [2], [1.5, -0.25], '[1.5, -0.25]'],
    ['float64', [1, 2], [1e300, 0.1], '[[1e+300, 0.1]]'],
    ['int64', [2], [1, -9007199254740991], '[1, -9007199254740991]'],
    ['uint16', [0], [], '[]'],
  ])('arrays of numpy: %s', async (dtype, shape, values, text) => {
    const { reply, daemon } = await start()
    expect(await reply('SET', 'unittest.image', {}, { dtype, shape, values })).toEqual({ value: true })
    const { value } = daemon.store.item('image') as Item<Bulk>
    expect([value?.dtype, value?.shape]).toEqual([dtype, shape])
    expect(await reply('GET', 'unittest.image')).toEqual({
      ...{ time: expect.any(Number), dtype, shape },
      array: { dtype, shape, text },
    })
  })

  test('a call, one with an error, and a stream', async () => {
    const { reply, ask } = await start()
    expect(await reply('CALL', 'unittest.add', { args: [2, 3] })).toMatchObject({ value: 5 })
    expect(await reply('CALL', 'unittest.nosuch', { args: [] })).toMatchObject({ error: { type: 'KeyError' } })
    const [ack, ...numbers] = await ask('CALL', 'unittest.count', { args: [3] })
    expect(ack?.[0]).toBe('ACK')
    expect(numbers.map(([, , , payload]) => payload?.value).filter((value) => value !== null)).toEqual([1, 2, 3])
  })

  test('flags: without an ACK, without a REP, and nothing at all', async () => {
    const { ask, tell, reply, daemon } = await start()
    expect((await ask('GET', 'unittest.readonly', null, null, '01')).map(([type]) => type)).toEqual(['REP'])
    const set = (id: string, flags: string, key: string, value: number): Promise<unknown> =>
      tell('send', hex('a', id, 'SET', `unittest.${key}`, Buffer.from(flags, 'hex'), JSON.stringify({ value })))
    await set('n0', '02', 'number', 3)
    await set('n1', '03', 'number', 4)
    await set('n2', '03', 'readonly', 4)
    await tell('send', hex('a', 'end', 'GET', 'unittest.readonly', '', ''))
    expect(((await tell('heard', 1)) as string[][]).map(([, id, type]) => [id, type])).toEqual([
      ['n0', 'ACK'],
      ['end', 'ACK'],
      ['end', 'REP'],
    ])
    await reply('GET', 'unittest.readonly')
    expect(daemon.store.item('number').value).toBe(4)
  })

  const REFUSED: [string, string[], string][] = [
    ['a wrong version', hex('b', 'x0', 'GET', 'unittest.number', '', ''), ''],
    ['too few frames to say who asks', hex('a', 'x1'), ''],
    ['three frames', hex('a', 'x2', 'GET'), 'ValueError'],
    ['eight frames', hex('a', 'x3', 'GET', 'unittest.number', '', '', '', ''), 'ValueError'],
    ['an unknown type', hex('a', 'x4', 'PUT', 'unittest.number', '', ''), 'ValueError'],
    ['no JSON', hex('a', 'x5', 'SET', 'unittest.number', '', '{"value":'), 'ValueError'],
    ['no object', hex('a', 'x6', 'SET', 'unittest.number', '', '[1]'), 'ValueError'],
    ['a SET without a payload', hex('a', 'x7', 'SET', 'unittest.number', '', ''), ''],
    ['a SET without a value', hex('a', 'x8', 'SET', 'unittest.number', '', '{}'), ''],
    ['a value that is no number', hex('a', 'x9', 'SET', 'unittest.number', '', '{"value":"many"}'), 'ValueError'],
    ['an unknown label', hex('a', 'xa', 'SET', 'unittest.enumerated', '', '{"value":"many"}'), ''],
    ['an unknown key', hex('a', 'xb', 'GET', 'unittest.nosuch', '', ''), 'KeyError'],
    ['another store', hex('a', 'xc', 'GET', 'elsewhere.number', '', ''), 'ValueError'],
    ['a target without a dot', hex('a', 'xd', 'GET', 'number', '', ''), 'ValueError'],
    ['what is not settable', hex('a', 'xe', 'SET', 'unittest.readonly', '', '{"value":1}'), 'TypeError'],
    ['what is not gettable', hex('a', 'xf', 'GET', 'unittest.writeonly', '', ''), 'TypeError'],
    [
      'bytes that do not fit their shape',
      hex('a', 'xg', 'SET', 'unittest.image', '', '{"shape":[9],"dtype":"int16"}', 'ab'),
      '',
    ],
    ['an unknown dtype', hex('a', 'xh', 'SET', 'unittest.image', '', '{"shape":[1],"dtype":">i2"}', 'ab'), ''],
    ['a target that is no text', hex('a', 'xi', 'GET', Buffer.from([0xff, 0xfe]), '', ''), ''],
  ]
  test('each malformed request is answered by an error, if it can be told whose it is; the daemon lives', async () => {
    const { tell, reply } = await start()
    for (const [, frames] of REFUSED) await tell('send', frames)
    const unanswered = ['a wrong version', 'too few frames to say who asks']
    const messages = (await tell('heard', REFUSED.length - unanswered.length)) as string[][]
    const errors = new Map<string, { type: string; text: string }>()
    for (const [, id = '', type, , , payload = ''] of messages) {
      if (type === 'REP') errors.set(id, (JSON.parse(payload) as { error: { type: string; text: string } }).error)
    }
    const types = REFUSED.map(([name, [, id = '']]) => [
      name,
      errors.get(Buffer.from(id, 'hex').toString())?.type ?? null,
    ])
    expect(types.filter(([, type]) => type === null).map(([name]) => name)).toEqual(unanswered)
    for (const [name, , type] of REFUSED)
      if (type !== '') expect([name, type]).toEqual(types.find(([other]) => other === name))
    for (const { text } of errors.values()) expect(text).not.toBe('')
    // It fails if another answer comes before its own.
    expect(await reply('GET', 'unittest.readonly')).toMatchObject({ value: 13 })
  })

  test('the old dialect is answered in kind', async () => {
    const { tell } = await start()
    await tell('send', hex('a', 'o0', 'SET', 'unittest.number', '{"value": 6}', ''))
    await tell('send', hex('a', 'o1', 'HASH', 'unittest', '', ''))
    await tell('send', hex('a', 'o2', 'CONFIG', 'unittest', '', ''))
    const messages = ((await tell('heard', 3)) as string[][]).filter(([, , type]) => type === 'REP')
    const payloads = new Map(
      messages.map(([, id, , , payload = '{}']) => [id, JSON.parse(payload) as { value: unknown }]),
    )
    expect(messages.every(({ length }) => length === 6)).toBe(true)
    expect(payloads.get('o0')).toMatchObject({ value: true })
    expect(payloads.get('o1')?.value).toEqual({ unittest: expect.any(Object) })
    expect(Object.values(payloads.get('o2')?.value as object)).toEqual([expect.objectContaining({ store: 'unittest' })])
  })

  test('thousands of requests at once: one ACK and one REP each', async () => {
    const { tell } = await start()
    expect(await tell('burst', 3000, 'unittest.readonly')).toEqual([3000, 3000, true, true])
  })
}

test('what the tests need is there, or is told', () => {
  expect(hasPeer || process.env.CI !== 'true').toBe(true)
})
