import { expect, test } from '@jest/globals'
import { readLevels } from '../../lib/log/levels.js'
import { adjust, close, configure, logger } from '../../lib/log/log.js'
import { afterEach } from '@jest/globals'

afterEach(async () => {
  configure({})
  await close()
})

test('a cog has its own level, its children too, and all others that of the log', () => {
  configure({ level: 'warn', levels: { Dedupe: 'debug' } })
  const dedupe = logger.child({ cog: 'Dedupe' })
  const all = [logger, dedupe, dedupe.child({ part: 1 }), logger.child({ cog: 'Other' }), logger.child({ app: 'a' })]
  expect(all.map(({ level }) => level)).toEqual(['warn', 'debug', 'debug', 'warn', 'warn'])
})

test('a change reaches loggers that were made before', () => {
  const dedupe = logger.child({ cog: 'Dedupe' })
  const other = logger.child({ cog: 'Other' })
  adjust({ levels: { Dedupe: 'trace' } })
  expect([dedupe.level, other.level]).toEqual(['trace', 'info'])
  adjust({ level: 'error', levels: {} })
  expect([dedupe.level, other.level]).toEqual(['error', 'error'])
})

test('thousands of loggers that nobody has any more leave the others their levels', () => {
  const kept = logger.child({ cog: 'Kept' })
  for (let n = 0; n < 5000; n++) logger.child({ n })
  adjust({ levels: { Kept: 'silent' } })
  expect(kept.level).toBe('silent')
})

test('every level that is none is told at once, and nothing changes', () => {
  expect(() => adjust({ levels: { A: 'loud', B: 7, C: 'info' } })).toThrow(
    '2 faults:\n' +
      '  log.levels.A must be one of trace, debug, info, warn, error, fatal, silent: it is "loud"\n' +
      '  log.levels.B must be one of trace, debug, info, warn, error, fatal, silent: it is 7',
  )
  expect(logger.level).toBe('info')
})

test('names that are those of prototypes are only names', () => {
  const levels = JSON.parse('{"__proto__":"debug","constructor":"warn"}') as Record<string, unknown>
  expect([...readLevels(levels)]).toEqual([
    ['__proto__', 'debug'],
    ['constructor', 'warn'],
  ])
  configure({ levels })
  expect([logger.child({ cog: '__proto__' }).level, logger.child({ cog: 'toString' }).level]).toEqual(['debug', 'info'])
})
