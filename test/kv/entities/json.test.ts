import { execFileSync } from 'node:child_process'
import { formatJson, isSameJson, parseJson } from '../../../lib/kv/entities/json.js'
import { has } from '../../support/real-server.js'

const odd = {
  '10': 1,
  '2': [1, 2.5, -0, 1e21, 1e-7],
  ü: 'ä\u2028\u0007"\\',
  '\u{1f600}': {},
  '\ufffd': [],
  a: { z: null, b: [{ y: true, x: [[]] }] },
}

describe('the JSON of entities', () => {
  it('is sorted at every level by code point, indented by two, with all scripts as they are', () => {
    expect(formatJson({ b: { d: 1, c: ['é', {}] }, a: 'x' })).toBe(
      '{\n  "a": "x",\n  "b": {\n    "c": [\n      "é",\n      {}\n    ],\n    "d": 1\n  }\n}',
    )
    expect(Object.keys(parseJson(formatJson(odd)))).toHaveLength(6)
    const names = [...formatJson(odd).matchAll(/^ {2}"(.+?)":/gm)].map(([, name]) => name)
    expect(names).toEqual(['10', '2', 'a', 'ü', '\ufffd', '\u{1f600}'])
  })

  it('reads back as it was', () => {
    expect(parseJson(formatJson(odd))).toEqual({ ...odd, '2': [1, 2.5, 0, 1e21, 1e-7] })
    expect(isSameJson(odd, JSON.parse(JSON.stringify(odd)))).toBe(true)
    expect(isSameJson({ a: '1' }, { a: 1 })).toBe(false)
  })

  if (has('python3')) {
    it('is what Python’s json writes with the same settings', () => {
      const program =
        'import json,sys; print(json.dumps(json.load(sys.stdin), indent=2, separators=(",", ": "), sort_keys=True, ensure_ascii=False), end="")'
      const { '2': _numbers, ...value } = odd
      const text = execFileSync('python3', ['-X', 'utf8', '-c', program], {
        input: JSON.stringify(value),
        encoding: 'utf8',
      })
      expect(formatJson(value)).toBe(text)
    })
  }

  it('keeps names that mean something to JavaScript as plain names', () => {
    const value = parseJson('{"__proto__": {"isAdmin": true}, "constructor": 1}')
    expect([Object.keys(value), 'isAdmin' in value]).toEqual([['__proto__', 'constructor'], false])
    expect(formatJson(value)).toBe('{\n  "__proto__": {\n    "isAdmin": true\n  },\n  "constructor": 1\n}')
  })

  it.each<[unknown, string]>([
    [[], 'must be an object'],
    [null, 'must be an object'],
    ['x', 'must be an object'],
    [{ a: [1, NaN] }, "a.1 can't be said in JSON: it is NaN"],
    // eslint-disable-next-line no-sparse-arrays -- a hole is what is asked for
    [{ a: [1, , 2] }, "a.1 can't be said in JSON: it is undefined"],
    [{ a: { b: 1n } }, "a.b can't be said"],
    [{ a: () => 1 }, "a can't be said"],
    [{ a: [undefined] }, "a.0 can't be said"],
  ])('refuses %p', (value, message) => {
    expect(() => formatJson(value)).toThrow(message)
  })

  it('refuses circles, and takes what says how it is to be written', () => {
    const circle: Record<string, unknown> = {}
    circle.again = circle
    expect(() => formatJson(circle)).toThrow('in a circle')
    expect(formatJson({ at: new Date(0), none: undefined })).toBe('{\n  "at": "1970-01-01T00:00:00.000Z"\n}')
  })

  it('takes nothing but objects back', () => {
    for (const text of ['[]', '1', 'null', '"x"']) expect(() => parseJson(text)).toThrow('must be an object')
    expect(() => parseJson('{')).toThrow(SyntaxError)
  })
})
