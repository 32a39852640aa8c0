/** What accessors must do, whether they are generated or not. */
import { expect, test } from '@jest/globals'
import type * as Access from '../../lib/movement/cog/access.js'

/** Register the suite for one way of making accessors. */
export function testAccess({ itemGetter, itemSetter, idGetter, idSetter }: typeof Access): void {
  const get = (...paths: unknown[]) => itemGetter(...(paths as [string]))

  test('a getter reads a key, an index, a path or a tuple of them', () => {
    expect(get('ip')({ ip: '192.0.2.1' })).toBe('192.0.2.1')
    expect(get(1)(['a', 'b'])).toBe('b')
    expect(get(['http', 'codes', 0])({ http: { codes: [200] } })).toBe(200)
    expect(get('ip', ['a', 'b'], 'none')({ ip: 1, a: { b: 2 } })).toEqual([1, 2, undefined])
    expect(idGetter()({ id: '7' })).toBe('7')
  })

  test('a missing step gives undefined; no datum at all is a TypeError', () => {
    expect(get(['a', 'b', 'c'])({})).toBeUndefined()
    expect(get(['a', 'b'])({ a: null })).toBeUndefined()
    expect(get(['a', 'b'])({ a: 7 })).toBeUndefined()
    for (const data of [null, undefined]) {
      for (const path of ['a', ['a', 'b'], 'constructor', ['__proto__', 'a']]) {
        expect(() => get(path)(data)).toThrow(TypeError)
      }
    }
  })

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is only ever an own property', (name) => {
    expect(get(name)({})).toBeUndefined()
    expect(get([name, 'x'])({})).toBeUndefined()
    expect(get(['a', name])({ a: {} })).toBeUndefined()
    const data = {}
    expect(itemSetter(name)(data, 7)).toBe(data)
    expect(Object.getOwnPropertyDescriptor(data, name)).toMatchObject({ value: 7, enumerable: true, writable: true })
    expect(get(name)(data)).toBe(7)
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype)
  })

  test.each(['__proto__', 'constructor'])(
    'a path through %s makes it an own property, and pollutes nothing',
    (name) => {
      for (const options of [{}, { copy: true }]) {
        const data = itemSetter([name, 'polluted'], options)({}, true)
        expect(Object.hasOwn(data as object, name)).toBe(true)
        expect(get([name, 'polluted'])(data)).toBe(true)
      }
      expect('polluted' in {}).toBe(false)
      expect('polluted' in Object).toBe(false)
    },
  )

  test('a setter puts the piece into the datum that came, and makes missing steps', () => {
    const data = { a: 'text' }
    expect(itemSetter('ip')(data, 1)).toBe(data)
    expect(itemSetter(['dns', 'names', 0])(data, 'a.example')).toBe(data)
    expect(itemSetter(['a', 'b'])(data, 2)).toBe(data)
    expect(data).toEqual({ a: { b: 2 }, ip: 1, dns: { names: ['a.example'] } })
    const list = [1, 2]
    expect(itemSetter(1)(list, 9)).toEqual([1, 9])
    expect(idSetter()({}, '7')).toEqual({ id: '7' })
  })

  test('with copy: true neither the datum nor any step of the path changes, frozen or not', () => {
    const data = Object.freeze({ keep: Object.freeze({ n: 1 }), path: Object.freeze({ list: Object.freeze([1, 2]) }) })
    const out = itemSetter<typeof data>(['path', 'list', 1], { copy: true })(data, 9)
    expect(out).toEqual({ keep: { n: 1 }, path: { list: [1, 9] } })
    expect(data).toEqual({ keep: { n: 1 }, path: { list: [1, 2] } })
    expect(out.keep).toBe(data.keep)
    expect(Object.isFrozen(out)).toBe(false)
    expect(itemSetter('n', { copy: true })(undefined, 1)).toEqual({ n: 1 })
    expect(idSetter('id', { copy: true })(data as never, 'x')).toMatchObject({ id: 'x' })
  })

  test('with copy: true an object of a class is refused, wherever it is on the path', () => {
    class Line {
      text = 'abc'
    }
    const set = itemSetter(['line', 'text'], { copy: true })
    expect(() => set({ line: new Line() }, 'd')).toThrow(
      'cannot copy an object of the class Line, for what that keeps private would stay behind: make it a plain object, or set it without copy: true',
    )
    expect(itemSetter(['line', 'text'])({ line: new Line() }, 'd')).toMatchObject({ line: { text: 'd' } })
  })

  test('a key is a string or a whole number of at least 0', () => {
    for (const key of [-1, 1.5, NaN, null, Symbol('s'), {}]) {
      expect(() => get(key)).toThrow('a key must be a string or a whole number of at least 0: it is')
      expect(() => itemSetter(['a', key] as never)).toThrow(TypeError)
    }
    expect(() => get([])).toThrow('a path must have at least one key: it is empty')
  })

  test('keys of any text are only data', () => {
    for (const key of ['a"b', "'", '\n', '\u2028', '\\', '];throw 1;//', '${1}', '`']) {
      const data = itemSetter(key)({}, 7)
      expect(get(key)(data)).toBe(7)
      expect(get(['x', key])({ x: data })).toBe(7)
    }
  })

  test('accessors name themselves in what a cog prints', () => {
    expect(get('ip').name).toBe('item "ip"')
    expect(itemSetter(['a', 0]).name).toBe('item ["a",0]')
    expect(get('a', 'b').name).toBe('item "a", "b"')
  })
}
