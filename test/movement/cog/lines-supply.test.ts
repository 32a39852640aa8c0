import { expect, test } from '@jest/globals'
import { LinesSupply, type LineInput } from '../../../lib/movement/index.js'
import { testTrain } from '../../../lib/testing/index.js'

type Range = { readonly at: number }

class Letters extends LinesSupply<string, object, Range> {
  readonly heard: string[] = []
  protected readonly input: LineInput<Range> = {
    close: () => Promise.resolve(void this.heard.push('close')),
    release: () => void this.heard.push('release'),
    pause: () => void this.heard.push('pause'),
    resume: () => void this.heard.push('resume'),
    settle: ({ at }) => void this.heard.push(`settle ${at}`),
    original: ({ at }, k) => Buffer.from(`${at} ${k}`),
    provenance: ({ at }, k) => ({ file: '/a', offset: at + k }),
    identity: ({ at }, k) => `/a ${at + k}`,
    mark: () => 7,
    continueFrom: (mark) => {
      if (mark === null) throw Object.assign(new Error('no mark'), { code: 'ERR_MARK' })
    },
    rangeMark: ({ at }) => at,
    rangeAgain: (mark) => Promise.resolve({ at: Number(mark) }),
    linesAgain: (mark, ks) =>
      mark === null
        ? Promise.resolve(null)
        : Promise.resolve({ range: { at: Number(mark) }, path: '/b', lines: [null, `again ${ks.join()}`], bytes: 5 }),
  }

  start(): void {
    // It is told what to read.
  }

  read(at: number, text: string): number {
    return this.target.lines({ at }, '/a', { text: () => text, raw: () => null }, text.length)
  }

  fail(): void {
    this.target.failed(Object.assign(new Error('bad'), { code: 'EIO' }))
  }

  get path(): string {
    return this.current
  }
}

async function start() {
  const rig = testTrain()
  const supply = new Letters(rig.train, {})
  const outputs: string[] = []
  rig.train.line(supply, (line: string) => {
    if (line === 'bad') throw new Error('no')
    return [line]
  })
  rig.train.onOutput((line: string) => outputs.push(line))
  const running = rig.train.run({ signals: false })
  running.catch(() => undefined)
  await new Promise((resolve) => setImmediate(resolve))
  return { ...rig, supply, outputs, running }
}

test('puts the lines of a range, says of which file they are, and tells the input once all of it is over', async () => {
  const { supply, outputs, dead, train } = await start()
  expect(supply.read(3, 'one\nbad\ntwo')).toBe(3)
  expect([outputs, supply.path, supply.heard]).toEqual([['one', 'two'], '/a', ['settle 3']])
  expect(dead).toMatchObject([{ original: Buffer.from('3 1'), from: { supply: 'Letters', file: '/a', offset: 4 } }])
  supply.pause()
  supply.resume()
  await train.stop()
  expect(supply.heard.slice(1)).toEqual(['pause', 'resume', 'close', 'release'])
})

test('puts lines of an earlier run again, those that are wanted only, and nothing where they are gone', async () => {
  const { supply, outputs, train } = await start()
  await supply.supplyAgain(5, [1])
  await supply.supplyAgain(null, [1])
  expect([outputs, supply.path, supply.heard]).toEqual([['again 1'], '/b', ['settle 5']])
  expect([supply.mark(), supply.originMark({ at: 4 }), await supply.originAgain(6)]).toEqual([7, 4, { at: 6 }])
  await train.stop()
})

test('what its input throws or tells is a fault of the source', async () => {
  const { supply, running } = await start()
  await expect(supply.continueFrom(null)).rejects.toMatchObject({ name: 'SourceError', code: 'ERR_MARK' })
  supply.fail()
  await expect(running).rejects.toMatchObject({ name: 'SourceError', code: 'EIO' })
})
