import { DeadbeatError } from '../../../lib/errors/index.js'
import type { Link, LinkState } from '../../../lib/items/model/link.js'
import type { Reading } from '../../../lib/items/model/reading.js'
import { StoreLink } from '../../../lib/items/remote/store-link.js'

/** A link to a daemon that isn't there, and knows some methods. */
class FakeLink implements Link {
  readonly name: string
  readonly methods: readonly string[]
  readonly listeners = new Map<string, (reading: Reading, missed: number) => void>()
  readonly asked: string[] = []
  state: LinkState = 'connected'
  #stateListener: (state: LinkState) => void = () => undefined

  constructor(name: string, methods: readonly string[] = []) {
    this.name = name
    this.methods = methods
  }

  become(state: LinkState): void {
    this.state = state
    this.#stateListener(state)
  }

  get(key: string): Promise<Reading> {
    this.asked.push(`get ${key}`)
    return Promise.resolve({ value: this.name, time: 1 })
  }

  set(key: string, value: unknown): Promise<unknown> {
    this.asked.push(`set ${key}`)
    return Promise.resolve(value)
  }

  call(method: string): Promise<unknown> {
    if (!this.methods.includes(method)) return Promise.reject(new DeadbeatError('ERR_NO_METHOD', 'no method'))
    return method === 'fail' ? Promise.reject(new Error('failed')) : Promise.resolve(this.name)
  }

  async *stream(method: string): AsyncGenerator {
    yield await this.call(method)
    yield 2
  }

  subscribe(key: string, listener: (reading: Reading, missed: number) => void): () => void {
    this.listeners.set(key, listener)
    return () => void this.listeners.delete(key)
  }

  onState(listener: (state: LinkState) => void): () => void {
    this.#stateListener = listener
    return () => (this.#stateListener = () => undefined)
  }
}

function start() {
  const [a, b] = [new FakeLink('a', ['go']), new FakeLink('b', ['stop', 'fail'])]
  const links = new StoreLink('lamp')
  const members = [
    { link: a, keys: new Set(['level']) },
    { link: b, keys: new Set(['mode']) },
  ]
  links.replace(members)
  return { a, b, links, members }
}

test('each key is asked for where it is', async () => {
  const { a, b, links } = start()
  expect((await links.get('Level', {})).value).toBe('a')
  expect((await links.get('mode', {})).value).toBe('b')
  expect(await links.set('mode', 5, {})).toBe(5)
  expect([a.asked, b.asked]).toEqual([['get Level'], ['get mode', 'set mode']])
})

test('a key that none has is refused, unless there is one daemon only: it may have come since', async () => {
  const { links, members } = start()
  await expect(links.get('colour', {})).rejects.toThrow('none of the daemons of lamp has colour')
  links.replace(members.slice(0, 1))
  expect((await links.get('colour', {})).value).toBe('a')
  links.replace([])
  await expect(links.set('level', 1, {})).rejects.toMatchObject({ code: 'ERR_NO_ITEM' })
})

test('a method is called at the daemon that knows it', async () => {
  const { links } = start()
  expect(await links.call('go', [], {}, {})).toBe('a')
  expect(await links.call('stop', [], {}, {})).toBe('b')
  await expect(links.call('fail', [], {}, {})).rejects.toThrow('failed')
  await expect(links.call('none', [], {}, {})).rejects.toMatchObject({ code: 'ERR_NO_METHOD' })
  const streamed = []
  for await (const each of links.stream('stop', [], {}, {})) streamed.push(each)
  expect(streamed).toEqual(['b', 2])
  links.replace([])
  await expect(links.call('go', [], {}, {})).rejects.toThrow('lamp has no daemon now that could run go')
})

test('who listens hears whichever daemon has the key by now', () => {
  const { a, b, links, members } = start()
  const heard: unknown[] = []
  const stop = links.subscribe('level', ({ value }) => heard.push(value))
  a.listeners.get('level')?.({ value: 1, time: 1 }, 0)
  const moved = new FakeLink('c')
  links.replace([{ link: moved, keys: new Set(['level']) }, members[1]!])
  expect(a.listeners.size).toBe(0)
  moved.listeners.get('level')?.({ value: 2, time: 1 }, 0)
  links.replace([{ link: moved, keys: new Set(['level']) }, members[1]!])
  expect(heard).toEqual([1, 2])
  stop()
  expect([moved.listeners.size, b.listeners.size]).toEqual([0, 0])
})

test('a key that nobody has is listened to once somebody has it', () => {
  const { links } = start()
  const late = new FakeLink('late')
  links.subscribe('colour', () => undefined)
  links.replace([{ link: late, keys: new Set(['colour']) }])
  expect([...late.listeners.keys()]).toEqual(['colour'])
})

test('it is connected as long as any daemon is', () => {
  const { a, b, links } = start()
  const states: LinkState[] = []
  links.onState((state) => states.push(state))
  expect(links.state).toBe('connected')
  a.become('lost')
  b.become('lost')
  b.become('connecting')
  a.become('connected')
  links.replace([])
  links.close()
  expect(states).toEqual(['lost', 'connecting', 'connected', 'lost', 'closed'])
})

test('what is closed listens to nobody', () => {
  const { a, links } = start()
  links.subscribe('level', () => undefined)
  links.close()
  expect(a.listeners.size).toBe(0)
})
