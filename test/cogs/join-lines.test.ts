import { expect, test } from '@jest/globals'
import { JoinLines, type JoinLinesOptions } from '../../cogs/join-lines.js'
import { itemGetter, itemSetter } from '../../lib/movement/index.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'
import { TestSupply, testTrain } from '../../lib/testing/index.js'

/** A running train of a supply and the cog; `out` fills as messages go on. */
async function start<T = string>(options: JoinLinesOptions<T>) {
  const rig = testTrain()
  const supply = new TestSupply<T>(rig.train, {})
  const cog = new JoinLines<T>(rig.train, options)
  const out: T[] = []
  rig.train.line(supply, cog)
  rig.train.onOutput((data: T) => out.push(data))
  const ended = rig.train.run({ signals: false })
  await turnOfNode()
  const wait = async (ms: number) => {
    rig.clock.advance(ms)
    await turnOfNode()
  }
  return { ...rig, supply, cog, out, ended, wait }
}

const TRACE = [
  'java.lang.IllegalStateException: no',
  '\tat org.example.A.run(A.java:42)',
  'Caused by: java.io.IOException',
  '\t... 12 more',
]
const JAVA = /^(\s|Caused by:)/

test('a message goes on when the next begins, and the last one at the end', async () => {
  const { supply, out, ended } = await start({ continuation: JAVA })
  supply.push(...TRACE, 'INFO up')
  expect(out).toEqual([TRACE.join('\n')])
  supply.close()
  await ended
  expect(out).toEqual([TRACE.join('\n'), 'INFO up'])
  expect(supply.acknowledged).toBe(5)
})

test('with start every other line goes on', async () => {
  const { pass, train } = testTrain()
  const join = new JoinLines(train, { start: /^# Time/g, separator: ' | ' })
  const lines = ['lost', '# Time: 1', '# User', 'SELECT 1;', '# Time: 2']
  expect(await pass([join], lines)).toEqual(['lost', '# Time: 1 | # User | SELECT 1;', '# Time: 2'])
})

test('nothing of a message is over before it is written', async () => {
  const { supply, wait, train } = await start({ continuation: JAVA, flushMs: 1000 })
  supply.push(...TRACE)
  expect(supply.acknowledged).toBe(0)
  await wait(1000)
  expect(supply.acknowledged).toBe(4)
  expect(train.accounts().find(({ cog }) => cog.startsWith('JoinLines'))).toMatchObject({ in: 4, merged: 4, held: 0 })
})

test('a message goes on when no line came for flushMs, counted from its last line', async () => {
  const { supply, out, wait } = await start({ continuation: JAVA, flushMs: 1000 })
  supply.push('a')
  await wait(600)
  supply.push(' b')
  await wait(999)
  expect(out).toEqual([])
  await wait(1)
  expect(out).toEqual(['a\n b'])
  supply.push(' late')
  await wait(1000)
  expect(out).toEqual(['a\n b', ' late'])
})

test('a full message goes on, and what follows becomes another; that is told once', async () => {
  const { pass, train, log } = testTrain()
  const join = new JoinLines(train, { continuation: JAVA, linesMax: 2, lengthMax: 10 })
  const lines = ['a', ' b', ' c', ' d', 'e', ' 12345678', ' f']
  expect(await pass([join], lines)).toEqual(['a\n b', ' c\n d', 'e', ' 12345678', ' f'])
  expect(log.filter(({ level }) => level === 'warn').map(({ fields }) => fields.lines)).toEqual([2])
})

interface Line {
  file: string
  line: string
}

const BY_FILE: JoinLinesOptions<Line> = {
  continuation: JAVA,
  keyGetter: itemGetter('file'),
  getter: itemGetter('line'),
  setter: itemSetter('line'),
}

test('lines of several files may come mixed', async () => {
  const { supply, out, ended } = await start<Line>(BY_FILE)
  const push = (file: string, line: string) => supply.push({ file, line })
  push('a', '1')
  push('b', '2')
  push('a', ' 3')
  push('b', ' 4')
  supply.close()
  await ended
  expect(out).toEqual([
    { file: 'a', line: '1\n 3' },
    { file: 'b', line: '2\n 4' },
  ])
})

test('with too many files open the one that is silent the longest goes on', async () => {
  const { supply, out } = await start<Line>({ ...BY_FILE, keysMax: 2 })
  for (const [file, line] of [
    ['a', '1'],
    ['b', '2'],
    ['a', ' 3'],
    ['c', '4'],
  ] as const)
    supply.push({ file, line })
  expect(out).toEqual([{ file: 'b', line: '2' }])
})

test('each file waits for its own time', async () => {
  const { supply, out, wait } = await start<Line>({ ...BY_FILE, flushMs: 1000 })
  supply.push({ file: 'a', line: '1' })
  await wait(500)
  supply.push({ file: 'b', line: '2' })
  await wait(500)
  expect(out).toEqual([{ file: 'a', line: '1' }])
  await wait(500)
  expect(out).toHaveLength(2)
})

test('all lines of a message fail with it', async () => {
  const setter = (): string => {
    throw new Error('no room')
  }
  const { supply, out, dead, wait } = await start({ continuation: JAVA, setter })
  supply.push('a', ' b')
  await wait(2000)
  expect(out).toEqual([])
  expect(dead.map(({ data }) => data)).toEqual(['a', ' b'])
  expect(supply.acknowledged).toBe(2)
})

test('a datum without text fails alone', async () => {
  const { pass, train, dead } = testTrain()
  expect(await pass([new JoinLines(train, { continuation: JAVA })], ['a', 7, ' b'])).toEqual(['a\n b'])
  expect(dead.map(({ error }) => error.message)).toEqual([expect.stringContaining('a line must be text: it is 7')])
})

test('a name of Object is a key as any other', async () => {
  const { pass, train } = testTrain()
  const lines = [
    { file: '__proto__', line: 'a' },
    { file: 'constructor', line: 'b' },
    { file: '__proto__', line: ' c' },
  ]
  expect(await pass([new JoinLines<Line>(train, BY_FILE)], lines)).toEqual([
    { file: 'constructor', line: 'b' },
    { file: '__proto__', line: 'a\n c' },
  ])
})

test('is told one of start and continuation, and limits above 0', () => {
  const { train } = testTrain()
  expect(() => new JoinLines(train, {})).toThrow('either start or continuation must be given: there are none')
  expect(() => new JoinLines(train, { start: /a/, continuation: /b/ })).toThrow('there are both')
  expect(() => new JoinLines(train, { start: /a/, flushMs: 0 })).toThrow('flushMs must be at least 1')
})
