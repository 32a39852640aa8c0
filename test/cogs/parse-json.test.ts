import { ParseJson, type ParseJsonOptions } from '../../cogs/parse-json.js'
import { itemGetter, itemSetter } from '../../lib/movement/index.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'
import { TestSupply, testTrain } from '../../lib/testing/index.js'

function start(options: ParseJsonOptions<unknown> = {}) {
  const cog = new ParseJson<unknown>(testTrain().train, options)
  const batch = (text: string): unknown[] | null => cog.batch?.(text) ?? null
  const batchBytes = (text: string): unknown[] | null => cog.batchBytes?.(Buffer.from(text)) ?? null
  return { cog, batch, batchBytes }
}

const deep = (depth: number): string => '{"a":'.repeat(depth - 1) + '{}' + '}'.repeat(depth - 1)

test('parses a line', () => {
  const { cog } = start()
  expect(cog.turn('{"ip":"192.0.2.1","port":22}')).toEqual([{ ip: '192.0.2.1', port: 22 }])
})

test('swallows blank lines', () => {
  const { cog } = start()
  expect(['', '  ', '\t\r'].map((line) => cog.turn(line))).toEqual([null, null, null])
})

test('skips a byte order mark', () => {
  expect(start().cog.turn('\uFEFF{"a":1}')).toEqual([{ a: 1 }])
})

test('says what was no JSON', () => {
  expect(() => start().cog.turn('Nov 21 sshd: hello')).toThrow(/cannot parse as JSON: .*"Nov 21 sshd: hello"/)
})

test('refuses a bare value unless told otherwise', () => {
  for (const line of ['1', '"a"', '[{}]', 'null', 'true']) {
    expect(() => start().cog.turn(line)).toThrow(/must be an object \(objectsOnly\)/)
    expect(start({ objectsOnly: false }).cog.turn(line)).toEqual([JSON.parse(line)])
    expect(start().batch(line)).toBeNull()
    expect(start({ objectsOnly: false }).batch(line)).toEqual([JSON.parse(line)])
    expect([start().batchBytes(line), start({ objectsOnly: false }).batchBytes(line)]).toEqual([null, null])
  }
})

test('keeps names that objects inherit as own properties', () => {
  const line = '{"__proto__":{"admin":true},"constructor":1}'
  const { cog, batch, batchBytes } = start()
  for (const [value] of [cog.turn(line), batch(line), batchBytes(line)] as [object][]) {
    expect(Object.getPrototypeOf(value)).toBe(Object.getPrototypeOf(JSON.parse('{}')))
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor'])
    expect('admin' in value).toBe(false)
  }
})

test('refuses what is nested too deeply, and not what only looks so', () => {
  const { cog, batch } = start({ depthMax: 5 })
  expect(cog.turn(deep(5))).toHaveLength(1)
  expect(() => cog.turn(deep(6))).toThrow(/at most 5 deep \(depthMax\)/)
  const flat = JSON.stringify({ a: '[[[[[[[[{{{{{\\"[[[[[[[[', b: [{}, {}, {}, {}, {}, {}] })
  expect(cog.turn(flat)).toHaveLength(1)
  expect(batch(`${flat}\n${deep(5)}\n${flat}`)).toHaveLength(3)
  expect(batch(`{}\n${deep(6)}\n{}`)).toBeNull()
  expect(batch(`{}\n{}\n${deep(6)}`)).toBeNull()
  const list = start({ depthMax: 5, objectsOnly: false })
  expect([list.batch('[[[[[]]]]]'), list.batch('[[[[[[]]]]]]')]).toEqual([[[[[[[]]]]]], null])
})

test('survives a million brackets', () => {
  const line = `{"a":${'['.repeat(1e6)}${']'.repeat(1e6)}}`
  expect(() => start().cog.turn(line)).toThrow(RangeError)
  expect([start().batch(`{}\n${line}`), start().batchBytes(`{}\n${line}`)]).toEqual([null, null])
})

test('takes lines in one piece, with the values that each would have given', () => {
  const { cog, batch, batchBytes } = start()
  const lines = Array.from({ length: 300 }, (_, i) => JSON.stringify({ i, text: `a, b\n${i} "quoted" { [` }))
  const values = lines.flatMap((line) => [...(cog.turn(line) as unknown[])])
  expect([batch(lines.join('\n')), batchBytes(lines.join('\n'))]).toEqual([values, values])
  expect(batch('{"a":1}\r\n {"a":2} ')).toEqual([{ a: 1 }, { a: 2 }])
})

test('has no batch form where the text or the value is a part of the datum', () => {
  const { train } = testTrain()
  const cog = new ParseJson<unknown, { line: string; body?: unknown }>(train, {
    getter: itemGetter('line'),
    setter: itemSetter('body'),
  })
  expect([cog.batch, cog.batchBytes]).toEqual([null, null])
  expect(cog.turn({ line: '{"a":1}' })).toEqual([{ line: '{"a":1}', body: { a: 1 } }])
  expect(() => cog.turn({} as never)).toThrow('the JSON must be text: it is undefined')
})

test('refuses a depth below 1', () => {
  expect(() => start({ depthMax: 0 })).toThrow('depthMax must be at least 1: it is 0')
})

test('gives a train the same data in one piece as line by line', async () => {
  const texts = ['{"a":1}\n{"a":2}\n{"a":3}', '{"a":4}\n\n{"a":5}', '{"a":6}\nno JSON\n{"a":7}', '{"a":8}']
  const { train, dead } = testTrain()
  const supply = new TestSupply<string>(train, {})
  const outputs: unknown[] = []
  train.line(supply, new ParseJson(train))
  train.onOutput((output: unknown) => outputs.push(output))
  const running = train.run({ signals: false })
  await turnOfNode()
  for (const text of texts) supply.pushText(text)
  supply.close()
  await running
  expect(outputs).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((a) => ({ a })))
  expect(dead).toHaveLength(1)
})
