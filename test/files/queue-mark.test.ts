import { expect, test } from '@jest/globals'
import { readQueueMark, readQueueRange } from '../../lib/files/queue-mark.js'

const mark = { version: 1, directory: '/var/spool/q', given: 7 }

test('takes what was written as a mark', () => {
  expect(readQueueMark(mark)).toEqual(mark)
  expect(readQueueMark({ ...mark, given: null })).toEqual({ ...mark, given: null })
  expect(readQueueRange({ start: 1, end: 2 })).toEqual({ start: 1, end: 2 })
})

test.each<[unknown, string]>([
  [[], 'it must be an object of JSON: it is []'],
  [{ ...mark, version: 2 }, 'version must be 1, all that this program can read: it is 2'],
  [{ ...mark, directory: 1 }, 'directory must be a text: it is 1'],
  [{ ...mark, given: -1 }, 'given must be a whole number of at least 0: it is -1'],
])('refuses a mark that is none, and says why: %j', (json, message) => {
  expect(() => readQueueMark(json)).toThrow(`the mark of a queue can't be read: ${message}`)
})

test('refuses a range that is none, and says why', () => {
  expect(() => readQueueRange('1-2')).toThrow('it must be an object of JSON: it is "1-2"')
  expect(() => readQueueRange({ start: '1', end: 2 })).toThrow('start must be a whole number of at least 0: it is "1"')
  expect(() => readQueueRange({ start: 2, end: 1 })).toThrow(
    expect.objectContaining({
      code: 'ERR_MARK',
      message: expect.stringMatching(/end must be at least start \(2\): it is 1/),
    }),
  )
})
