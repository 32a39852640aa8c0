import { afterEach, expect, test } from '@jest/globals'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { readRange } from '../../lib/files/read-range.js'
import { readSegment, segmentName } from '../../lib/files/segment.js'
import { openRig, removeQueues } from '../support/queues.js'

afterEach(removeQueues)

test('gives the records between two positions, so long as they are there', async () => {
  const { queue, directory, taken, until } = openRig()
  for (const text of ['one', 'two', 'red']) queue.put(text)
  await until(() => taken.length === 3)
  const segment = readSegment(join(directory, segmentName(0)))!
  expect(readRange([segment], 15, 45)).toEqual(['two', 'red'])
  expect(readRange([segment], 15, 46)).toEqual([])
  expect(readRange([], 0, 15)).toEqual([])
  rmSync(segment.path)
  expect(() => readRange([segment], 0, 15)).toThrow('ENOENT')
})
