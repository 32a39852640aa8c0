import { expect, test } from '@jest/globals'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { Store, type CallContext, type Item } from '../../../lib/items/index.js'
import { expose, type Exposed } from '../../../lib/items/proxy/exposed.js'

const context: CallContext = { signal: new AbortController().signal, principal: { kind: 'anonymous' } }

class Motor {
  speed = 0
  home(): string {
    return `home from ${this.speed}`
  }
}

class Mount {
  static readonly exposed = {
    target: { doc: 'Where it points.' },
    host: {},
    note: { settable: false },
    seen: {},
    pstCount: {},
    motor: { nested: { speed: {}, home: { doc: 'Go home.', params: [] } } },
    add: { doc: 'Add two numbers.', params: ['one', 'other'] },
  } satisfies Exposed<Mount>
  target = 0
  note = 'n'
  seen: string[] = ['a']
  pstCount = 1
  motor = new Motor()
  secret = 'never shown'
  _hidden = 'never shown'
  get host(): string {
    return 'here'
  }
  add(one: number, other: number): number {
    return one + other + this.target
  }
}

function start(owner: object) {
  const store = new Store('mount', new Escapement({ clock: new ManualClock() }))
  return { store, items: expose(store, owner) }
}

function call(store: Store, name: string, ...args: unknown[]): unknown {
  return store.methods.get(name)?.call(args, {}, context)
}

test('an attribute is an item, computed from the property and setting it', async () => {
  const mount = new Mount()
  const { store } = start(mount)
  mount.target = 7
  expect(await store.item('target').get()).toBe(7)
  await store.item('TARGET').set(12)
  expect(mount.target).toBe(12)
})

test('the type is that of the value, what begins with pst is persistent, what has no setter cannot be set', () => {
  const { items } = start(new Mount())
  const about = items.map(({ key, options, isSettable }: Item) => [key, options.type, options.persist, isSettable])
  expect(about).toEqual([
    ['target', 'numeric', false, true],
    ['host', 'json', false, false],
    ['note', 'string', false, false],
    ['seen', 'json', false, true],
    ['pstCount', 'numeric', true, true],
    ['motor.speed', 'numeric', false, true],
  ])
})

test('what a list holds is seen when it changes in place, and what was set may be changed by the object', async () => {
  const clock = new ManualClock()
  const store = new Store('mount', new Escapement({ clock }))
  const mount = new Mount()
  expose(store, mount)
  const heard: unknown[] = []
  store.item('seen').subscribe((value) => heard.push(value))
  mount.seen.push('b')
  clock.advance(1000)
  await store.item('seen').set(['c'])
  mount.seen.push('d')
  clock.advance(1000)
  expect(heard).toEqual([['a', 'b'], ['c'], ['c', 'd']])
})

test('a method is called on its object, also on a part, and on the part that is there then', async () => {
  const mount = new Mount()
  const { store } = start(mount)
  mount.target = 1
  expect(await call(store, 'add', 2, 3)).toBe(6)
  await store.item('motor.speed').set(4)
  expect(await call(store, 'motor.home')).toBe('home from 4')
  mount.motor = new Motor()
  expect(await call(store, 'motor.home')).toBe('home from 0')
  Object.assign(mount, { motor: null })
  await expect(call(store, 'motor.home')).rejects.toThrow(/motor\.home can't be reached: motor is null now/)
})

test('nothing else can be reached', () => {
  const { store } = start(new Mount())
  const names = ['secret', '_hidden', '__proto__', 'constructor', 'prototype', 'toString', 'motor', 'motor.constructor']
  for (const name of names) {
    expect(() => store.item(name)).toThrow(/no/)
    expect(store.methods.has(name)).toBe(false)
  }
  expect([...store.methods.keys()]).toEqual(['motor.home', 'add'])
})

function named(exposed: object, members: object = {}): object {
  class Lamp {
    static readonly exposed = exposed
    level = 0
    _own = 1
    then = 1
    empty = null
    off(): void {
      this.level = 0
    }
  }
  return Object.assign(new Lamp(), members)
}

test.each<[string, object, RegExp]>([
  ['what is not there', { light: {} }, /Lamp cannot expose light: the class Lamp has no such method or attribute/],
  ['what every object has', { toString: {} }, /has no such method or attribute/],
  ['the constructor', { constructor: {} }, /a name begins with a letter/],
  ['what begins with _', { _own: {} }, /a name begins with a letter/],
  ['a prototype', JSON.parse('{"__proto__": {}}') as object, /cannot expose __proto__/],
  ['what promises have', { then: {} }, /is none of then/],
  ['a field that no method has', { off: { settable: true } }, /it is a method, of which the table can't say settable/],
  ['a field that no attribute has', { level: { params: [] } }, /it is an attribute, of which .* params/],
  ['where its value comes from', { level: { compute: () => 1 } }, /can't say compute/],
  [
    'members of what is no object',
    { level: { nested: { a: {} } } },
    /Lamp cannot expose level: it is 0, and no object/,
  ],
  ['members of nothing', { empty: { nested: { a: {} } } }, /it is null, and no object/],
])('a table with %s is refused', (_what, table, message) => {
  expect(() => start(named(table))).toThrow(TypeError)
  expect(() => start(named(table))).toThrow(message)
})

test('names that differ only in case are refused, of whatever kind they are', () => {
  expect(() => start(named({ off: {}, OFF: {} }, { OFF: 1 }))).toThrow(
    /cannot expose OFF: there is off, and names must/,
  )
})

test('a setting without a setter is refused', () => {
  class Lamp {
    static readonly exposed = { level: { settable: true } } satisfies Exposed<Lamp>
    get level(): number {
      return 1
    }
  }
  expect(() => start(new Lamp())).toThrow(/level: it is settable: true, but it has no setter/)
})

test('a getter that throws fails the one who asks, and nobody else', async () => {
  class Lamp {
    static readonly exposed = { level: {}, other: {} } satisfies Exposed<Lamp>
    other = 1
    get level(): number {
      throw new Error('no controller')
    }
  }
  const { store } = start(new Lamp())
  await expect(store.item('level').get()).rejects.toThrow('no controller')
  expect(await store.item('other').get()).toBe(1)
})

test('what cannot travel is told to who reads it', async () => {
  class Lamp {
    static readonly exposed = { level: {} } satisfies Exposed<Lamp>
    level: unknown = () => 1
  }
  const lamp = new Lamp()
  lamp.level = null
  const { store } = start(lamp)
  lamp.level = { a: () => 1 }
  await expect(store.item('level').get()).rejects.toThrow(/level\.a cannot travel/)
})

test('a class may say that its calls wait for each other', async () => {
  const steps: string[] = []
  class Lamp {
    static readonly serial = true
    static readonly exposed = { on: {}, off: {} } satisfies Exposed<Lamp>
    async on(): Promise<void> {
      await new Promise(setImmediate)
      steps.push('on')
    }
    off(): void {
      steps.push('off')
    }
  }
  const { store } = start(new Lamp())
  await Promise.all([call(store, 'on'), call(store, 'off')])
  expect(steps).toEqual(['on', 'off'])
})

test('a class without a table shows nothing', () => {
  const { store, items } = start(new Motor())
  expect([items, [...store.methods.keys()]]).toEqual([[], []])
})

test('the table is checked where it is written', () => {
  // @ts-expect-error There is no such member.
  const unknown = { spede: {} } satisfies Exposed<Motor>
  // @ts-expect-error A method isn't set.
  const method = { home: { settable: true } } satisfies Exposed<Motor>
  // @ts-expect-error A name for each argument.
  const params = { add: { params: ['one'] } } satisfies Exposed<Mount>
  expect([unknown, method, params]).toHaveLength(3)
})

test('a call without what the method has no default for is refused; a name with a question mark may be left out', async () => {
  class Oven {
    static readonly exposed = {
      heat: { params: ['to', 'rate'] },
      wait: { params: ['minutes?'] },
    } satisfies Exposed<Oven>
    heat(to: number, rate = 2): number {
      return to * rate
    }
    wait(minutes?: number): string {
      return `${minutes ?? 'some'} minutes`
    }
  }
  const { store } = start(new Oven())
  await expect(call(store, 'heat')).rejects.toThrow('heat(to, rate?) needs to: nothing was given for it')
  expect([await call(store, 'heat', 3), await call(store, 'wait')]).toEqual([6, 'some minutes'])
  expect(await store.methods.get('wait')?.call([], { minutes: 5 }, context)).toBe('5 minutes')
})

test('whoever watches an attribute hears of it when a call has ended that changed it, also one that failed', async () => {
  class Counter {
    static readonly exposed = { count: {}, up: { params: [] }, fail: {}, each: {} } satisfies Exposed<Counter>
    count = 0
    async up(): Promise<void> {
      await Promise.resolve()
      this.count++
    }
    fail(): void {
      this.count += 10
      throw new Error('worn out')
    }
    *each(): Generator<number> {
      yield this.count++
      yield this.count++
    }
  }
  const { store } = start(new Counter())
  const heard: unknown[] = []
  store.item('count').subscribe((value) => heard.push(value))
  await call(store, 'up')
  expect(heard).toEqual([1])
  await expect(call(store, 'fail')).rejects.toThrow('worn out')
  expect(heard).toEqual([1, 11])
  const yielded: unknown[] = []
  for await (const one of (await call(store, 'each')) as AsyncIterable<unknown>) yielded.push(one)
  expect([yielded, heard]).toEqual([
    [11, 12],
    [1, 11, 13],
  ])
})
