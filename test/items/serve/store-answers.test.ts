import { expect, test } from '@jest/globals'
import { codeOf } from '../../../lib/errors/index.js'
import { Item, Store, type ItemOptions } from '../../../lib/items/index.js'
import { StoreAnswers } from '../../../lib/items/serve/store-answers.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { readRules, Rights, type Principal, type WriteAudit } from '../../../lib/rights/index.js'
import { Bulk, type Payload, type ServerRequest } from '../../../lib/wire/index.js'

const TIME = 1_795_294_147.5

function start(rights = new Rights({ trustsAnonymous: true }), audit?: WriteAudit) {
  const clock = new ManualClock({ wallMs: TIME * 1000 })
  const store = new Store('Lamp', new Escapement({ clock }))
  const add = (key: string, options: ItemOptions): Item => new Item(store, key, options)
  const block = () => ({
    ...{ store: 'lamp', alias: 'main', uuid: 'u-1', time: TIME, hash: 7, provenance: [] },
    items: Object.fromEntries(store.items.map(({ key }) => [key.toLowerCase(), {}])),
  })
  const answers = new StoreAnswers({ store, block, rights, audit })
  const ask = async (type: ServerRequest['type'], target: string, payload: Payload | null = null, who?: Principal) =>
    (await answers.answer({
      ...{ id: '1', type, target, payload, value: payload?.['value'], client: 'c', deadlineMs: null },
      principal: who ?? { kind: 'anonymous' },
      ...{ signal: new AbortController().signal, isAborted: false },
    })) as Payload
  return { store, add, ask }
}

test('a GET tells the value and its time, whatever the case of its letters', async () => {
  const { add, ask } = start()
  add('Level', { type: 'numeric', initial: 3 })
  add('unknown', {})
  expect(await ask('GET', 'LAMP.level')).toEqual({ value: 3, time: TIME })
  expect(await ask('GET', 'lamp.LEVEL', { refresh: false })).toEqual({ value: 3, time: TIME })
  expect(await ask('GET', 'lamp.unknown')).toEqual({ value: null, time: TIME })
})

test('a GET says so where the value may be out of date', async () => {
  const { add, ask } = start()
  const level = add('level', { initial: 3 })
  level.markStale()
  expect(await ask('GET', 'lamp.level')).toEqual({ value: 3, time: TIME, stale: true })
  level.publish(3)
  expect(await ask('GET', 'lamp.level')).toEqual({ value: 3, time: TIME })
})

test('a GET with refresh asks the item anew, and one without only where nothing is known', async () => {
  const { store, ask } = start()
  class Counted extends Item<number> {
    count = 0
    override reqRefresh() {
      return { value: ++this.count, time: TIME + this.count }
    }
  }
  new Counted(store, 'count')
  expect(await ask('GET', 'lamp.count')).toEqual({ value: 1, time: TIME + 1 })
  expect(await ask('GET', 'lamp.count', { refresh: true })).toEqual({ value: 2, time: TIME + 2 })
  expect(await ask('GET', 'lamp.count', { refresh: 'no' })).toEqual({ value: 2, time: TIME + 2 })
})

test('a SET answers true, and the value that was accepted where that is another', async () => {
  const { add, ask, store } = start()
  add('level', { type: 'numeric', accept: (value) => Math.min(Number(value), 10) })
  expect(await ask('SET', 'lamp.level', { value: 4 })).toEqual({ value: true })
  expect(await ask('SET', 'lamp.level', { value: 12 })).toEqual({ value: true, accepted: 10 })
  expect(store.item('level').value).toBe(10)
})

test('a SET is answered only when its value is safe, where that is wanted', async () => {
  const { add, store } = start()
  add('level', {})
  const saving: (() => void)[] = []
  const saved = () => new Promise<void>((resolve) => saving.push(resolve))
  const block = () => ({ store: 'lamp', alias: 'main', uuid: 'u', time: 0, hash: 0, items: {}, provenance: [] })
  const answers = new StoreAnswers({ store, block, rights: new Rights({ trustsAnonymous: true }), saved })
  const steps: string[] = []
  const { signal } = new AbortController()
  const answer = answers.answer({
    ...{ id: '1', type: 'SET', target: 'lamp.level', payload: { value: 1 }, value: 1, client: 'c' },
    ...{ deadlineMs: null, principal: { kind: 'anonymous' }, signal, isAborted: false },
  })
  const answered = Promise.resolve(answer).then(() => steps.push('answered'))
  while (saving.length === 0) await new Promise(setImmediate)
  steps.push('safe')
  saving[0]?.()
  await answered
  expect(steps).toEqual(['safe', 'answered'])
})

test('what is known or done at once is answered without a promise, and without a signal being made', async () => {
  const { add, store } = start()
  add('level', { initial: 1 })
  add('slow', { accept: (value) => Promise.resolve(value) })
  const block = () => ({ store: 'lamp', alias: 'main', uuid: 'u', time: 0, hash: 0, items: {}, provenance: [] })
  const answers = new StoreAnswers({ store, block, rights: new Rights({ trustsAnonymous: true }) })
  const signals: AbortSignal[] = []
  const ask = (type: 'GET' | 'SET', key: string, value?: unknown) =>
    answers.answer({
      ...{ id: '1', type, target: `lamp.${key}`, payload: value === undefined ? null : { value }, value, client: 'c' },
      ...{ deadlineMs: null, principal: { kind: 'anonymous' }, isAborted: false },
      get signal() {
        signals.push(new AbortController().signal)
        return signals[0] as AbortSignal
      },
    })
  expect([ask('GET', 'level'), ask('SET', 'level', 2), ask('GET', 'level'), signals.length]).toEqual([
    ...[{ value: 1, time: TIME }, { value: true }, { value: 2, time: TIME }],
    0,
  ])
  expect(await ask('SET', 'slow', 2)).toEqual({ value: true })
  expect(signals).toHaveLength(1)
})

test('what is refused says so by codes that have names in Python', async () => {
  const { add, ask } = start()
  add('shown', { type: 'numeric', settable: false })
  add('hidden', { type: 'numeric', gettable: false })
  const codeAt = async (...asked: Parameters<typeof ask>): Promise<unknown> =>
    await ask(...asked).catch((error: unknown) => codeOf(error))
  expect(await codeAt('GET', 'lamp.none')).toBe('ERR_NO_ITEM')
  expect(await codeAt('GET', 'lamp.__proto__')).toBe('ERR_NO_ITEM')
  expect(await codeAt('GET', 'desk.level')).toBe('ERR_TARGET')
  expect(await codeAt('GET', 'level')).toBe('ERR_TARGET')
  expect(await codeAt('SET', 'lamp.shown', { value: 1 })).toBe('ERR_READ_ONLY')
  expect(await codeAt('GET', 'lamp.hidden')).toBe('ERR_WRITE_ONLY')
  expect(await codeAt('SET', 'lamp.hidden')).toBe('ERR_ITEM_VALUE')
  expect(await codeAt('SET', 'lamp.hidden', { other: 1 })).toBe('ERR_ITEM_VALUE')
  expect(await codeAt('CALL', 'lamp.none')).toBe('ERR_NO_METHOD')
  expect(await codeAt('CALL', 'lamp.constructor')).toBe('ERR_NO_METHOD')
  expect(await codeAt('SET', 'lamp._hash', { value: 1 })).toBe('ERR_READ_ONLY')
  expect(await codeAt('SET', '_catalog', { value: {} })).toBe('ERR_TARGET')
})

test('a CALL gives arguments, and who asked, to the method; what it answers comes back', async () => {
  const { store, ask } = start()
  store.methods.set('Flash.Twice', { doc: '', call: (args, named, { principal }) => [args, named, principal.kind] })
  store.methods.set('nothing', { doc: '', call: () => undefined })
  expect(await ask('CALL', 'lamp.flash.twice', { args: [1], named: { a: 2 } })).toEqual({
    value: [[1], { a: 2 }, 'anonymous'],
  })
  expect(await ask('CALL', 'lamp.nothing')).toEqual({ value: null })
  await expect(ask('CALL', 'lamp.nothing', { args: 1 })).rejects.toThrow('args must be a list: it is 1')
  await expect(ask('CALL', 'lamp.nothing', { named: [] })).rejects.toThrow('named must be an object: it is []')
})

test('a method that gives a stream is heard value by value, and ended when nobody wants the rest', async () => {
  const { store, ask } = start()
  const told: string[] = []
  const count = async function* () {
    try {
      yield* await Promise.resolve([1, undefined, 3])
      return 'over'
    } finally {
      told.push('ended')
    }
  }
  store.methods.set('count', { doc: '', call: count })
  const whole = (await ask('CALL', 'lamp.count')) as unknown as AsyncGenerator<Payload, Payload>
  expect([await whole.next(), await whole.next(), await whole.next(), await whole.next()]).toEqual([
    { done: false, value: { value: 1 } },
    { done: false, value: { value: null } },
    { done: false, value: { value: 3 } },
    { done: true, value: { value: 'over' } },
  ])
  const part = (await ask('CALL', 'lamp.count')) as unknown as AsyncGenerator<Payload, Payload>
  await part.next()
  await part.return({})
  expect(told).toEqual(['ended', 'ended'])
})

test('numbers in typed arrays travel as bulk', async () => {
  const { add, ask } = start()
  add('image', { type: 'bulk' }).publish(Int16Array.of(1, 2))
  const { value } = await ask('GET', 'lamp.image')
  expect(value).toBeInstanceOf(Bulk)
  const bulk = Bulk.of(Float32Array.of(1, 2, 3, 4), [2, 2])
  expect(await ask('SET', 'lamp.image', { value: bulk })).toEqual({ value: true })
  expect((await ask('GET', 'lamp.image')).value).toEqual(bulk)
})

test('a secret is told to nobody, also when another value than the asked one was accepted', async () => {
  const { add, ask } = start()
  add('token', { type: 'string', isSecret: true, initial: 'abc', accept: (value) => `${String(value)}!` })
  expect(await ask('GET', 'lamp.token')).toEqual({ value: '***', time: TIME })
  expect(await ask('SET', 'lamp.token', { value: 'x' })).toEqual({ value: true, accepted: '***' })
})

test('who may do nothing is not told what there is', async () => {
  const nobody: Principal = { kind: 'key', id: 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', name: 'nobody' }
  const { add, ask, store } = start(new Rights({ rules: () => [] }))
  add('level', {})
  store.methods.set('flash', { doc: '', call: () => 1 })
  await expect(ask('GET', 'lamp.levle', null, nobody)).rejects.toThrow('may not read "lamp.levle"')
  await expect(ask('SET', 'lamp.levle', { value: 1 }, nobody)).rejects.toThrow('may not set "lamp.levle"')
  await expect(ask('CALL', 'lamp.flahs', {}, nobody)).rejects.toThrow('may not call "lamp.flahs"')
  expect(await ask('GET', 'lamp._schema', null, nobody)).toEqual({
    value: { name: 'Lamp', attributes: [], methods: [] },
  })
})

test('the built-in targets answer what is there, to each what he may know', async () => {
  const lab: Principal = { kind: 'key', id: 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', name: 'lab' }
  const rules = readRules({ rules: [{ who: 'key lab', may: 'read', on: 'lamp.level' }] })
  const { add, ask } = start(new Rights({ rules: () => rules, trustsAnonymous: true }))
  add('level', {})
  add('other', {})
  for (const target of ['lamp._hash', '_hash', '._hash', 'LAMP._HASH'])
    expect(await ask('GET', target)).toEqual({ value: { lamp: { 'u-1': 7 } } })
  for (const target of ['lamp._catalog', 'lamp.catalog'])
    expect(await ask('GET', target)).toMatchObject({ value: { 'u-1': { hash: 7, items: { level: {}, other: {} } } } })
  const { value } = await ask('GET', 'lamp._catalog', null, lab)
  expect((value as Record<string, { items: object }>)['u-1']?.items).toEqual({ level: {} })
  expect(await ask('GET', 'lamp.level', null, lab)).toMatchObject({ value: null })
  await expect(ask('GET', 'lamp.other', null, lab)).rejects.toThrow('key lab may not read "lamp.other"')
  await expect(ask('SET', 'lamp.level', { value: 1 }, lab)).rejects.toThrow('key lab may not set "lamp.level"')
  add('catalog', { initial: 5 })
  expect(await ask('GET', 'lamp.catalog')).toMatchObject({ value: 5 })
})

test('who set and called what is written down, without secrets, also what was refused', async () => {
  const lines: object[] = []
  const { add, ask, store } = start(undefined, (line) => lines.push(line))
  add('level', { initial: 1, accept: () => 3 })
  add('token', { isSecret: true, initial: 'abc' })
  add('shown', { settable: false })
  store.methods.set('flash', { doc: '', call: () => 1 })
  await ask('GET', 'lamp.level')
  await ask('SET', 'lamp.level', { value: 2 })
  await ask('SET', 'lamp.token', { value: 'def' })
  await expect(ask('SET', 'lamp.shown', { value: 2 })).rejects.toThrow("can't be set")
  await ask('CALL', 'lamp.flash', { args: [1], named: { password: 'x' } })
  expect(lines).toEqual([
    expect.objectContaining({
      op: 'set',
      path: 'lamp.level',
      before: 1,
      asked: 2,
      after: 3,
      outcome: 'done',
      from: 'connection 63',
    }),
    expect.objectContaining({ path: 'lamp.token', before: '***', asked: '***', after: '***' }),
    expect.objectContaining({ path: 'lamp.shown', outcome: 'failed', code: 'ERR_READ_ONLY' }),
    expect.objectContaining({ op: 'call', asked: '{"args":[1],"named":{"password":"***"}}', outcome: 'done' }),
  ])
})

test('a value that can not be computed is set all the same, and refused by the rights first', async () => {
  const lines: object[] = []
  const broken = {
    compute: () => {
      throw new Error('unplugged')
    },
    accept: () => 5,
  }
  const open = start(new Rights({ trustsAnonymous: true }), (line) => lines.push(line))
  open.add('level', broken)
  expect(await open.ask('SET', 'lamp.level', { value: 5 })).toEqual({ value: true })
  const closed = start(new Rights(), (line) => lines.push(line))
  closed.add('level', broken)
  await expect(closed.ask('SET', 'lamp.level', { value: 5 })).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' })
  expect(lines).toMatchObject([{ outcome: 'done' }, { outcome: 'refused' }])
})

test('a secret that is refused is not written down', async () => {
  const lines: object[] = []
  const { add, ask } = start(new Rights({ trustsAnonymous: true }), (line) => lines.push(line))
  add('pin', { type: 'string', isSecret: true, pattern: '[0-9]+' })
  await expect(ask('SET', 'lamp.pin', { value: 'hunter2' })).rejects.toThrow(/must fit \[0-9\]\+: it is \*\*\*/)
  expect(lines).toHaveLength(1)
  expect(JSON.stringify(lines)).not.toContain('hunter2')
})
