import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeQueue, openRig, removeQueues } from '../support/queues.js'

// A queue as a kill left it: 40 records in several segments, three of which are over.
const root = mkdtempSync(join(tmpdir(), 'damage-'))
const original = join(root, 'original')
const TEXTS = Array.from({ length: 40 }, (_, i) => JSON.stringify({ n: i, word: 'größe'.repeat(i % 7) }))
const OVER = 3
let files: string[]

beforeAll(async () => {
  const { queue, taken, until, settle, kill } = openRig({ directory: original, segmentBytes: 300 })
  for (const text of TEXTS.slice(0, OVER)) queue.put(text)
  await until(() => taken.length === OVER)
  settle()
  for (const text of TEXTS.slice(OVER)) queue.put(text)
  await until(() => taken.length === TEXTS.length)
  await kill()
  files = readdirSync(original).sort()
})
afterEach(removeQueues)
afterAll(() => rmSync(root, { recursive: true }))

/** What the next run gives of a damaged copy, and what it says. */
async function read(damage: (directory: string) => void) {
  const directory = mkdtempSync(join(root, 'copy-'))
  cpSync(original, directory, { recursive: true })
  damage(directory)
  const { queue, taken, failures, logged, until } = makeQueue({ directory })
  try {
    queue.open()
    queue.resume()
    await until(() => queue.isAtEnd || failures.length > 0)
  } catch (error) {
    failures.push(error as Error)
  }
  const texts = [...taken]
  removeQueues()
  rmSync(directory, { recursive: true })
  return { directory, texts, errors: failures.map(({ message }) => message), logged }
}

/** Nothing is passed over: they stand behind each other, and begin at the latest with the first that was not over. */
function expectInOrder(texts: readonly string[]): void {
  const from = texts.length === 0 ? OVER : TEXTS.indexOf(texts[0]!)
  expect(from).toBeLessThanOrEqual(OVER)
  expect(texts).toEqual(TEXTS.slice(from, from + texts.length))
}

test('what a kill left comes out whole', async () => {
  expect(files.length).toBeGreaterThan(6)
  const { texts, errors, logged } = await read(() => undefined)
  expect([texts, errors, logged]).toEqual([TEXTS.slice(OVER), [], []])
})

test('a kill within the last record, wherever it struck, loses that record alone, and is told', async () => {
  const last = files.at(-1)!
  const { size } = statSync(join(original, last))
  const length = 12 + Buffer.byteLength(TEXTS.at(-1)!)
  for (let missing = 1; missing < length; missing++) {
    const { texts, errors, logged, directory } = await read((path) => truncateSync(join(path, last), size - missing))
    expect([texts, errors]).toEqual([TEXTS.slice(OVER, -1), []])
    expect(logged).toEqual([
      `warn ${join(directory, last)} ended within a record: ${length - missing} bytes from ${size - length} on were cut off`,
    ])
  }
})

test('damaged bytes anywhere: all records before them are given and an error names the file, or nothing is lost', async () => {
  const place = fc.record({
    file: fc.nat(),
    at: fc.nat(),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 9 }),
  })
  await fc.assert(
    fc.asyncProperty(place, async ({ file, at, bytes }) => {
      const name = files[file % files.length]!
      const { texts, errors, directory } = await read((path) => {
        const content = readFileSync(join(path, name))
        content.set(bytes.subarray(0, content.length - (at % content.length)), at % content.length)
        writeFileSync(join(path, name), content)
      })
      expectInOrder(texts)
      if (texts.at(-1) === TEXTS.at(-1)) expect(errors).toEqual([])
      else expect(errors).toEqual([expect.stringContaining(join(directory, name))])
    }),
    { numRuns: 150 },
  )
})

test('a file that was cut, or is missing: an error says where, or it was the end, and that is told', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(), fc.boolean(), async (file, length, isMissing) => {
      const name = files[file % files.length]!
      const size = statSync(join(original, name)).size
      const { texts, errors, logged, directory } = await read((path) => {
        if (isMissing) rmSync(join(path, name))
        else truncateSync(join(path, name), length % size)
      })
      expectInOrder(texts)
      const isLast = name === files.at(-1)
      if (texts.at(-1) === TEXTS.at(-1)) {
        expect([name, errors]).toEqual(['cursor', []])
        if (texts.length > TEXTS.length - OVER) expect(logged).toEqual([expect.stringContaining(directory)])
      } else if (isLast) {
        // Whole records that are gone from the end of the last segment, or all of it, are not to be seen.
        expect(errors).toEqual([])
      } else {
        expect(errors).toEqual([expect.stringContaining(directory)])
      }
    }),
    { numRuns: 150 },
  )
})
