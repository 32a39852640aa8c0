import { expect, test } from '@jest/globals'
import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { cutBack, endOf, MarkMaker, waitingName, type FileEnd, type OutputMark } from '../../lib/files/output-mark.js'
import { temporary } from '../support/temporary.js'

function start() {
  const directory = temporary()
  const path = join(directory, 'out.log')
  writeFileSync(path, 'old\n')
  const told: string[] = []
  const at = (level: string) => (_: object, message: string) =>
    void told.push(`${level}: ${message.replaceAll(directory, '')}`)
  const log = { info: at('info'), warn: at('warn'), error: at('error') }
  const mark = (more: Partial<OutputMark> = {}): OutputMark => ({ ...end(path, 4), path, ...more })
  return {
    ...{ path, told, mark },
    maker: new MarkMaker(path, log),
    cut: (by: unknown) => cutBack(path, by, log),
    text: (name = path) => readFileSync(name, 'utf8'),
  }
}

function end(name: string, bytes: number): FileEnd {
  const fd = openSync(name, 'r')
  try {
    return endOf(fd, bytes)
  } finally {
    closeSync(fd)
  }
}

test('a file that is deleted while it is written is told once, and again when it is there again', () => {
  const { path, told, maker } = start()
  const fd = openSync(path, 'r')
  maker.opened(fd)
  maker.make(fd, 4, undefined)
  rmSync(path)
  for (let i = 0; i < 2; i++) maker.make(fd, 4, undefined)
  expect(told).toEqual([expect.stringMatching(/^warn: \/out\.log was deleted: .*let it be opened anew/)])
  maker.opened(openSync(path, 'w'))
  maker.opened(fd)
  expect(told.slice(1)).toEqual(['info: /out.log is there again, and written to'])
  closeSync(fd)
})

test('what was written behind the mark goes, and that is told', () => {
  const { path, told, mark, cut, text } = start()
  const before = mark()
  appendFileSync(path, 'new\n')
  cut(before)
  expect([text(), told]).toEqual(['old\n', ['info: cut 4 bytes off /out.log that were written behind the check-point']])
  cut(before)
  expect(told.length).toBe(1)
})

test('a file that was rotated is cut under its new name, and the one in its place is left alone', () => {
  const { path, mark, cut, text } = start()
  const before = mark()
  appendFileSync(path, 'new\n')
  renameSync(path, `${path}.1`)
  writeFileSync(path, 'of another\n')
  cut(before)
  expect([text(`${path}.1`), text()]).toEqual(['old\n', 'of another\n'])
})

test('the successor that the mark names is cut where it has taken the place, and put there where it still waits', () => {
  for (const isInPlace of [true, false]) {
    const { path, mark, cut, text } = start()
    const waiting = waitingName(path)
    writeFileSync(waiting, '')
    const before = mark({ next: end(waiting, 0) })
    renameSync(path, `${path}.1`)
    if (isInPlace) {
      renameSync(waiting, path)
      appendFileSync(path, 'later\n')
    }
    cut(before)
    expect([text(), text(`${path}.1`), existsSync(waiting)]).toEqual(['', 'old\n', false])
  }
})

test('a successor that had taken the place is cut under the name that it was moved to, and so is the file before it', () => {
  const { path, mark, cut, text } = start()
  writeFileSync(waitingName(path), '')
  const before = mark({ next: end(waitingName(path), 0) })
  renameSync(path, `${path}.1`)
  appendFileSync(`${path}.1`, 'new\n')
  renameSync(waitingName(path), path)
  appendFileSync(path, 'newer\n')
  renameSync(path, `${path}-20260101`)
  cut(before)
  expect([text(`${path}.1`), text(`${path}-20260101`)]).toEqual(['old\n', ''])
})

test('a file that was moved away while its successor still waited is cut under its new name', () => {
  const { path, mark, cut, text } = start()
  writeFileSync(waitingName(path), '')
  const before = mark({ next: end(waitingName(path), 0) })
  appendFileSync(path, 'new\n')
  renameSync(path, `${path}-2`)
  cut(before)
  expect([text(`${path}-2`), text(), existsSync(waitingName(path))]).toEqual(['old\n', '', false])
})

test('a successor that has not taken the place yet changes nothing', () => {
  const { path, mark, cut, text } = start()
  writeFileSync(waitingName(path), '')
  const before = mark({ next: end(waitingName(path), 0) })
  appendFileSync(path, 'new\n')
  cut(before)
  expect(text()).toBe('old\n')
})

test('nothing is cut that may be another’s: of a file that was closed in order, that is shared, or that is not the one', () => {
  const { path, told, mark, cut, text } = start()
  const before = mark()
  appendFileSync(path, 'of others\n')
  cut({ ...before, isClosed: true })
  cut({ ...before, isShared: true })
  cut({ ...before, path: '/elsewhere' })
  rmSync(path)
  writeFileSync(path, 'another\n')
  cut({ ...before, ino: '1' })
  expect(text()).toBe('another\n')
  expect(told).toEqual([
    'warn: /out.log is not cut back, since others write to it: lines may repeat',
    'warn: /out.log is another file than before (/elsewhere): it is begun or appended to as it is',
    'warn: what was written to /out.log is not there any more (moved or removed): lines behind the check-point may repeat',
  ])
})

test('an output that someone has cut short is told, and appended to', () => {
  const { path, told, mark, cut, text } = start()
  const before = mark()
  writeFileSync(path, 'o')
  cut(before)
  expect([text(), told]).toEqual([
    'o',
    ['error: /out.log is 3 bytes shorter than the check-point says: someone has cut it; it is appended to'],
  ])
})

test('a file that is not there and held nothing is nothing to tell of', () => {
  const { path, told, mark, cut } = start()
  const before = mark({ bytes: 0 })
  rmSync(path)
  cut(before)
  expect(told).toEqual([])
})

test('what is no mark is refused with the file and what it is', () => {
  const { path, cut, mark } = start()
  for (const none of [null, 7, {}, { ...mark(), bytes: -0.5 }, { ...mark(), next: { dev: 1 } }]) {
    expect(() => cut(none)).toThrow(`the check-point's mark of ${path} is none: ${JSON.stringify(none)}`)
  }
})
