import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { JobLog } from '../../../lib/runner/host/job-log.js'

function start(logBytes: number) {
  const lines: string[] = []
  const log = new JobLog(logBytes, (level, text) => lines.push(`${level} ${text}`))
  const say = async (...texts: string[]): Promise<void> => {
    const stream = new PassThrough()
    log.follow(stream, () => 'info')
    for (const text of texts) stream.write(text)
    stream.end()
    await finished(stream)
  }
  return { log, lines, say }
}

test('a stream becomes lines, the last one too if nobody ended it', async () => {
  const { log, lines, say } = start(1000)
  await say('one\ntw', 'o\n\nthree')
  log.add('warn', 'four')
  log.end()
  expect(lines).toEqual(['info one', 'info two', 'info ', 'info three', 'warn four'])
})

test('more than may be kept is read and counted, and the log says where it was cut and how much', async () => {
  const { log, lines, say } = start(130)
  await say('12345\n12345\n', '1\n'.repeat(1000))
  log.add('info', '12')
  log.end()
  expect(lines).toEqual([
    'info 12345',
    'info 12345',
    'warn the log is cut here: an attempt may write 130 bytes, and each line counts 64 more (limits.logBytes)',
    'warn 2001 bytes of the log were cut',
  ])
})

test('it is cut as soon as nothing is left, and line feeds of what is read then count, too', async () => {
  const { log, lines, say } = start(69)
  log.add('info', '12345')
  const cut = 'warn the log is cut here: an attempt may write 69 bytes, and each line counts 64 more (limits.logBytes)'
  expect(lines).toEqual(['info 12345', cut])
  await say('1\n'.repeat(10))
  log.end()
  expect(lines.slice(2)).toEqual(['warn 19 bytes of the log were cut'])
})

test('a line without an end is cut, however it came', async () => {
  const { log, lines, say } = start(100_000)
  await say('x'.repeat(20_000), 'y\nz\n')
  await say('w'.repeat(9000))
  log.add('info', 'v'.repeat(10_000))
  log.end()
  expect(lines.map((line) => line.length)).toEqual([8197, 6, 8197, 8197, lines.at(-1)?.length])
  expect(lines.at(-1)).toBe(`warn ${20_001 - 8192 + 9000 - 8192 + 10_000 - 8192} bytes of the log were cut`)
})

test('where nothing may be kept, it says that', () => {
  const { log, lines } = start(0)
  log.add('info', 'one')
  log.end()
  expect(lines).toEqual(['warn 3 bytes of the log were cut'])
})
