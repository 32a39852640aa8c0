import { expect, test } from '@jest/globals'
import { readFilesMark, readRangeMark } from '../../lib/files/file-mark.js'

const content = {
  ...{ path: '/var/log/a.log', id: '1:2', birth: '3', since: '4' },
  ...{ hash: 'abcdefghijklmn_-', length: 1024 },
}
const file = { ...content, offset: 5, size: 6, rotated: true }
const mark = { version: 1, filenames: ['*.log'], files: [file], waiting: ['/var/log/b.log'] }
const range = { ...content, start: 5, end: 6, long: true }

test('takes what was written as a mark', () => {
  expect(readFilesMark(JSON.parse(JSON.stringify(mark)))).toEqual(mark)
  expect(readRangeMark(JSON.parse(JSON.stringify(range)))).toEqual(range)
})

test.each<[unknown, RegExp]>([
  [null, /^the mark of the files can't be read: it must be an object of JSON: it is null$/],
  [[], /: it must be an object of JSON: it is \[\]$/],
  [{}, /: version must be a whole number of at least 0: it is undefined$/],
  [{ ...mark, version: 2 }, /: version must be 1, all that this program can read: it is 2$/],
  [{ ...mark, filenames: 'a' }, /: filenames must be a list: it is "a"$/],
  [{ ...mark, filenames: ['a', 1] }, /: filenames\[1\] must be a text: it is 1$/],
  [{ ...mark, files: {} }, /: files must be a list: it is \{\}$/],
  [{ ...mark, files: [file, 7] }, /: files\[1\] must be an object of JSON: it is 7$/],
  [{ ...mark, waiting: ['b.log'] }, /: waiting\[0\] must be an absolute path: it is "b\.log"$/],
])('refuses a mark that is none, and says why: %j', (json, message) => {
  expect(() => readFilesMark(json)).toThrow(message)
})

test.each<[object, RegExp]>([
  [{ path: 'a.log' }, /files\[0\]\.path must be an absolute path: it is "a\.log"/],
  [{ path: undefined }, /files\[0\]\.path must be an absolute path: it is undefined/],
  [{ id: 7 }, /files\[0\]\.id must be device:inode: it is 7/],
  [{ birth: 3 }, /files\[0\]\.birth must be a text of digits: it is 3/],
  [{ since: 'x' }, /files\[0\]\.since must be a text of digits: it is "x"/],
  [{ offset: '12' }, /files\[0\]\.offset must be a whole number of at least 0: it is "12"/],
  [{ offset: -1 }, /files\[0\]\.offset must be a whole number of at least 0: it is -1/],
  [{ offset: 1.5 }, /files\[0\]\.offset must be a whole number of at least 0: it is 1\.5/],
  [{ size: 4 }, /files\[0\]\.size must be at least offset \(5\): it is 4/],
  [{ length: 1025 }, /files\[0\]\.length must be at most 1024: it is 1025/],
  [{ length: 0 }, /files\[0\]\.hash must be empty, as length is 0: it is "abc/],
  [{ hash: 'short' }, /files\[0\]\.hash must be 16 letters, digits, _ or -: it is "short"/],
  [{ packed: false }, /files\[0\]\.packed must be true, or not be there: it is false/],
  [{ rotated: 1 }, /files\[0\]\.rotated must be true, or not be there: it is 1/],
  [{ over: 'no' }, /files\[0\]\.over must be true, or not be there: it is "no"/],
])('refuses a file that is none, and says why: %j', (change, message) => {
  expect(() => readFilesMark({ ...mark, files: [{ ...file, ...change }] })).toThrow(message)
  expect(() => readFilesMark({ ...mark, files: [{ ...file, ...change }] })).toThrow(
    expect.objectContaining({ code: 'ERR_MARK' }),
  )
})

test('refuses a range that is none, and says why', () => {
  expect(() => readRangeMark({ ...range, end: 4 })).toThrow(
    "the mark of a range can't be read: end must be at least start (5): it is 4",
  )
  expect(() => readRangeMark({ ...range, start: null })).toThrow(
    /start must be a whole number of at least 0: it is null/,
  )
  expect(() => readRangeMark({ ...range, long: false })).toThrow(/long must be true, or not be there: it is false/)
})
