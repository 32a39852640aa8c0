import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { FileBatch } from '../../lib/files/file-batch.js'
import type { LongLinePolicy } from '../../lib/files/line-config.js'
import { LineSource } from '../../lib/files/line-source.js'
import type { FileRange } from '../../lib/files/tailed-file.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { recorder } from '../support/marks.js'
import { temporary } from '../support/temporary.js'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

async function read(text: string, longLines: LongLinePolicy = 'cut', lineMax = 10) {
  const path = join(temporary(), 'a.log')
  writeFileSync(path, text)
  const esc = new Escapement()
  const { log } = recorder()
  const options = {
    filenames: [path],
    chunkBytes: 512,
    lineMax,
    longLines,
    encoding: 'utf8' as const,
    keepCarriageReturns: false,
  }
  const [texts, ranges, errors]: [string[], FileRange[], string[]] = [[], [], []]
  let source!: LineSource
  await new Promise<void>((resolve, reject) => {
    const files = new FileBatch(esc, log, options, {
      piece: (file, piece) => source.pass(file, piece),
      ended: resolve,
      failed: (error) => source.fail(error),
    })
    source = new LineSource(files, files, log, options, {
      lines: (range, of, lines) => {
        expect(of).toBe(path)
        ranges.push(range)
        if (lines.raw() !== null) expect(String(lines.raw())).toBe(lines.text())
        return texts.push(lines.text())
      },
      failed: (error) => errors.push(error.message),
    })
    files.start().catch(reject)
    cleanups.push(async () => {
      await source.close()
      source.release()
      esc.close()
    })
  })
  return { source, texts, ranges, errors, path }
}

test('pieces become ranges and texts, and ranges lines again', async () => {
  const { source, texts, ranges, path } = await read('one\ntwo\r\n')
  expect([texts, ranges.map(({ start, end }) => [start, end])]).toEqual([['one\ntwo'], [[0, 9]]])
  const [range] = ranges as [FileRange]
  expect([String(source.original(range, 1)), source.provenance(range, 1)]).toEqual(['two', { file: path, offset: 4 }])
  const mark: unknown = JSON.parse(JSON.stringify(source.rangeMark(range)))
  expect(await source.linesAgain(mark, [1])).toMatchObject({ path, lines: [null, 'two'], bytes: 8 })
  expect(await source.rangeAgain(mark)).toMatchObject({ start: 0, end: 9 })
  expect(source.mark().files).toMatchObject([{ path, offset: 9 }])
  expect(() => source.continueFrom({})).toThrow(expect.objectContaining({ code: 'ERR_MARK' }))
})

test('a line that is too long is cut or skipped, and behind a fault nothing is given', async () => {
  expect((await read('0123456789abc\nx\n')).texts).toEqual(['0123456789', 'x'])
  const skipped = await read('0123456789abc\nx\n', 'skip')
  expect([skipped.texts, skipped.source.mark().files]).toMatchObject([['x'], [{ offset: 16 }]])
  const failed = await read('x\n0123456789abc\ny\n', 'fail')
  expect([failed.texts, failed.errors.length, failed.source.mark().files]).toMatchObject([['x'], 1, [{ offset: 2 }]])
})
