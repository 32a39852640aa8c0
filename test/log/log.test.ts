import { spawnSync } from 'node:child_process'
import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { close, configure, logger, reopen } from '../../lib/log/log.js'
import type { Logger } from '../../lib/movement/logger.js'
import { temporary } from '../support/temporary.js'

function start(settings: Partial<Parameters<typeof configure>[0]> = {}) {
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

test('it is a logger as the movement wants one', () => {
  const log: Logger = logger
  expect(typeof log.child).toBe('function')
})

test('a full disk is told once on stderr, and lines that were lost are counted', () => {
  const door = JSON.stringify(join(process.cwd(), 'dist/lib/log/index.js'))
  const source = `import { configure, logger } from ${door}
    configure({ level: 'info', file: '/dev/full', format: 'json' })
    for (let n = 0; n < 3000; n++) logger.info('x'.repeat(1000))
    configure({ level: 'info', file: null, format: 'json' })
    logger.info('after')`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
    encoding: 'utf8',
    timeout: 20_000,
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
