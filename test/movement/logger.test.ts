import { expect, test } from '@jest/globals'
import { lineLogger, silentLogger } from '../../lib/movement/logger.js'

function start(bindings = {}) {
  const lines: string[] = []
  return { lines, log: lineLogger(bindings, (line) => void lines.push(line)) }
}

test('warnings and worse are one line each, below that it is silent', () => {
  const { log, lines } = start()
  log.trace('a')
  log.debug('b')
  log.info('c')
  log.warn('d')
  log.error({ id: '7' }, 'e')
  log.fatal({ err: new Error('no disk') }, 'f')
  expect(lines).toEqual(['WARN d\n', 'ERROR e id=7\n', 'FATAL f err=no disk\n'])
})

test('an error that the message tells already is not said twice', () => {
  const { log, lines } = start()
  const err = new Error('no disk')
  log.error({ err, retryMs: 5 }, `cannot write: ${err.message}; it is tried again`)
  log.error({ err }, err.message)
  log.error({ err }, 'cannot write')
  expect(lines).toEqual([
    'ERROR cannot write: no disk; it is tried again retryMs=5\n',
    'ERROR no disk\n',
    'ERROR cannot write err=no disk\n',
  ])
})

test('a child adds its fields to those of its parent', () => {
  const { log, lines } = start({ train: 't' })
  log.child({ cog: 'dedupe' }).warn({ n: [1] }, 'x')
  expect(lines).toEqual(['WARN x train=t cog=dedupe n=[1]\n'])
})

test('data cannot forge a second line', () => {
  const { log, lines } = start()
  log.warn({ id: 'a\nFATAL all is lost' }, 'b\u001b[2J')
  expect(lines).toEqual(['WARN b\\x1b[2J id=a\\x0aFATAL all is lost\n'])
})

test('what cannot be rendered does not throw', () => {
  const { log, lines } = start()
  const loop: Record<string, unknown> = {}
  loop['self'] = loop
  log.warn({ loop, big: 1n, none: undefined }, 'x')
  expect(lines[0]).toMatch(/^WARN x loop=.* big=1n none=undefined\n$/)
})

test('the silent logger takes everything and has silent children', () => {
  silentLogger.fatal({ a: 1 }, 'x')
  expect(silentLogger.child({ a: 1 })).toBe(silentLogger)
})
