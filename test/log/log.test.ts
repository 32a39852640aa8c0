import { spawnSync } from 'node:child_process'
import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { adjust, close, configure, isOnStderr, logger, reopen } from '../../lib/log/log.js'
import type { Logger } from '../../lib/movement/logger.js'
import { startScript } from '../support/child.js'
import { udpServer } from '../support/log-servers.js'
import { temporary } from '../support/temporary.js'

function start(settings: Parameters<typeof configure>[0] = {}) {
  const file = join(temporary(), 'a.log')
  configure({ level: 'info', file, format: 'json', ...settings })
  const lines = (path = file) =>
    readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { file, lines }
}

afterEach(close)

test('a line is in the file when the call returns, with level, time, fields and message', () => {
  const { lines } = start()
  logger.child({ cog: 'dedupe' }).warn({ id: '7' }, 'no room')
  expect(lines()).toEqual([
    { level: 'warn', time: expect.stringMatching(/^\d{4}-.*Z$/), cog: 'dedupe', id: '7', msg: 'no room' },
  ])
})

test('an error is written with its message, code and stack', () => {
  const { lines } = start()
  logger.error({ err: Object.assign(new Error('m'), { code: 'ENOSPC' }) }, 'x')
  expect(lines()[0]?.['err']).toMatchObject({
    message: 'm',
    code: 'ENOSPC',
    stack: expect.stringContaining('Error: m'),
  })
})

test('what is below the level is not written', () => {
  const { lines } = start({ level: 'error' })
  logger.warn('a')
  logger.error('b')
  expect(lines().map(({ msg }) => msg)).toEqual(['b'])
})

test('after a rename and reopen the old file has what was before, the new one what is after', () => {
  const { file, lines } = start()
  logger.info('a')
  renameSync(file, `${file}.1`)
  logger.info('b')
  reopen()
  logger.info('c')
  expect([lines(`${file}.1`), lines()].map((all) => all.map(({ msg }) => msg))).toEqual([['a', 'b'], ['c']])
})

test('a file that cannot be opened is an error, and the log stays where it was', () => {
  const { lines } = start()
  expect(() => configure({ level: 'info', file: '/nowhere/a.log', format: 'json' })).toThrow(
    'the log /nowhere/a.log cannot be opened: ENOENT',
  )
  logger.info('still here')
  expect(lines().map(({ msg }) => msg)).toEqual(['still here'])
})

test('a destination as text is escaped', () => {
  const { file } = start({ format: 'text' })
  logger.info({ id: 'a\nb' }, 'x')
  expect(readFileSync(file, 'utf8')).toMatch(/Z INFO {2}a\\x0ab x\n$/)
})

test('what could steer a terminal is escaped in JSON, too, and means the same', () => {
  const { file, lines } = start()
  logger.info({ text: 'a\u007f\u009b2J\u2028' }, '\u001b')
  expect(readFileSync(file, 'utf8')).toMatch(/^[ -~]+\n$/)
  expect(lines()[0]).toMatchObject({ text: 'a\u007f\u009b2J\u2028', msg: '\u001b' })
})

test('of one message of one cog so many are written, others are not held back, and the number of the rest is told', async () => {
  const { lines } = start({ rate: { linesMax: 2 } })
  const dedupe = logger.child({ cog: 'Dedupe' })
  for (let n = 0; n < 5; n++) dedupe.warn({ n }, 'no room')
  logger.child({ cog: 'Other' }).warn('no room')
  dedupe.info('no room')
  await close()
  expect(lines().map(({ cog, level, msg, n, withheld }) => [cog, level, msg, n ?? withheld])).toEqual([
    ['Dedupe', 'warn', 'no room', 0],
    ['Dedupe', 'warn', 'no room', 1],
    ['Other', 'warn', 'no room', undefined],
    ['Dedupe', 'info', 'no room', undefined],
    ['Dedupe', 'warn', 'more lines were withheld that say: no room', 3],
  ])
})

test('what the train logs about a cog counts as of that cog: its level, its limit, and whose lines were withheld', async () => {
  const { lines } = start({ levels: { Quiet: 'fatal' }, rate: { linesMax: 1 } })
  for (const cog of ['Quiet', 'Quiet#2', 'Loud', 'Loud', 'Other']) logger.error({ cog }, 'diverted a datum')
  logger.fatal({ cog: 'Quiet' }, 'stopping')
  await close()
  expect(lines().map(({ cog, msg, withheld }) => [cog, msg, withheld])).toEqual([
    ['Loud', 'diverted a datum', undefined],
    ['Other', 'diverted a datum', undefined],
    ['Quiet', 'stopping', undefined],
    ['Loud', 'more lines were withheld that say: diverted a datum', 1],
  ])
})

test('a fatal line is never withheld, and errors are told apart by their messages', async () => {
  const { lines } = start({ rate: { linesMax: 1 } })
  for (const message of ['a', 'b', 'b']) logger.error(new Error(message))
  logger.fatal('the end')
  logger.fatal('the end')
  await close()
  expect(lines().map(({ msg }) => msg)).toEqual([
    ...['a', 'b', 'the end', 'the end', 'more lines were withheld that say: b'],
  ])
})

test('level and limits change while it runs, and destinations stay', () => {
  const { lines } = start({ rate: { linesMax: 1 } })
  logger.debug('unheard')
  adjust({ level: 'debug' })
  logger.debug('heard')
  logger.debug('heard')
  adjust({ rate: { linesMax: 3, windowMs: 10_000, messagesMax: 10 } })
  logger.debug('heard')
  expect(lines().map(({ msg }) => msg)).toEqual(['heard', 'heard'])
})

test('configured again under load to other files, no line is lost or repeated', () => {
  const files = Array.from({ length: 50 }, (_, n) => join(temporary(), `${n}.log`))
  files.forEach((file, n) => {
    configure({ file, rate: { linesMax: 0 } })
    for (let i = 0; i < 20; i++) logger.info({ n: n * 20 + i }, 'm')
  })
  const numbers = files
    .flatMap((file) => readFileSync(file, 'utf8').trim().split('\n'))
    .map((line) => (JSON.parse(line) as { n: number }).n)
  expect(numbers).toEqual(Array.from({ length: 1000 }, (_, n) => n))
})

test('what waits for a server that is no longer set still gets there', async () => {
  const server = await udpServer()
  configure({ syslog: { address: `udp://127.0.0.1:${server.port}` } })
  expect(isOnStderr()).toBe(false)
  logger.info('a')
  const { lines } = start()
  logger.info('b')
  expect(await server.received.count(1)).toEqual([expect.stringMatching(/ a$/)])
  expect(lines().map(({ msg }) => msg)).toEqual(['b'])
  await server.close()
})

test('closing gives a server what waits, so that a short run leaves its log', async () => {
  const server = await udpServer()
  configure({ syslog: { address: `udp://127.0.0.1:${server.port}` } })
  logger.info('a')
  await close()
  expect(await server.received.count(1)).toHaveLength(1)
  expect(isOnStderr()).toBe(true)
  await server.close()
})

/** A process that logs to a file and ends as its last line says; answers its log and how it ended. */
async function child(ending: string, settings: object = {}) {
  const file = join(temporary(), 'a.log')
  const { ended } = startScript(`const { configure, logger } = await import(dist + 'lib/log/index.js')
    configure(${JSON.stringify({ file, rate: { linesMax: 0 }, ...settings })})
    for (let n = 0; n < 1000; n++) logger.info({ n }, 'm')
    ${ending}`)
  const end = await ended
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return { ...end, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) }
}

test('after SIGKILL every line is in the file', async () => {
  const { signal, lines } = await child(`process.kill(process.pid, 'SIGKILL')`)
  expect([signal, lines.map(({ n }) => n)]).toEqual(['SIGKILL', Array.from({ length: 1000 }, (_, n) => n)])
})

test.each([
  [
    'an exception',
    `setImmediate(() => { throw new Error('bug') }); await new Promise(() => setInterval(() => {}, 1000))`,
    'uncaughtException',
  ],
  [
    'a rejection',
    `Promise.reject(new Error('bug')); await new Promise(() => setInterval(() => {}, 1000))`,
    'unhandledRejection',
  ],
])('%s that nobody catches is the last line, behind all others', async (_, ending, origin) => {
  const { code, lines, errors } = await child(ending)
  expect(code).toBe(1)
  expect(lines).toHaveLength(1001)
  expect(lines.at(-1)).toMatchObject({ level: 'fatal', msg: 'uncaught exception', origin, err: { message: 'bug' } })
  expect(errors).toContain('Error: bug')
})

test('what was withheld is told when the process ends', async () => {
  const { lines } = await child('process.exit(0)', { rate: { linesMax: 10 } })
  expect([lines.length, lines.at(-1)]).toMatchObject([11, { withheld: 990 }])
})

test('what no server took by the end of the process is on stderr', async () => {
  const { ended } = startScript(`const { configure, logger } = await import(dist + 'lib/log/index.js')
    configure({ syslog: { address: 'tcp://127.0.0.1:1' } })
    logger.info('a')
    process.exit(0)`)
  const { errors } = await ended
  expect(errors.split('\n').map((line) => line.replace(/.*"msg"/, ''))).toEqual([':"a"}', ''])
})

test('it is a logger as the movement wants one', () => {
  const log: Logger = logger
  expect(typeof log.child).toBe('function')
})

test('a full disk is told once on stderr, and lines that were lost are counted', () => {
  const door = JSON.stringify(join(process.cwd(), 'dist/lib/log/index.js'))
  const source = `import { configure, logger } from ${door}
    configure({ file: '/dev/full', rate: { linesMax: 0 } })
    for (let n = 0; n < 3000; n++) logger.info('x'.repeat(1000))
    configure({ format: 'json' })
    logger.info('after')`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  const [told, ...rest] = stderr.trimEnd().split('\n')
  expect(told).toBe('the log /dev/full cannot be written: ENOSPC')
  const lines = rest.map((line) => JSON.parse(line) as { msg: string; lines?: number })
  expect(lines.map(({ msg }) => msg).sort()).toEqual([
    'after',
    'log lines were lost while the log could not be written',
  ])
  expect(Number(lines.find(({ lines: lost }) => lost)?.lines)).toBeGreaterThan(1000)
  expect(status).toBe(0)
})
