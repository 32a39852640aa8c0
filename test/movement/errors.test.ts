import { expect, test } from '@jest/globals'
import { CogError, DeadbeatError, SourceError, TrainError } from '../../lib/movement/index.js'
import { FinishTimeoutError } from '../../lib/movement/train/shutdown.js'

test('a cog’s error names the cog, the event and the reason, whatever was thrown', () => {
  const cause = new RangeError('too large')
  expect(new CogError('Dedupe', '7', cause)).toMatchObject({
    ...{ name: 'CogError', code: 'ERR_COG', cog: 'Dedupe', id: '7', cause, message: 'Dedupe failed on 7: too large' },
  })
  expect(new CogError('Dedupe', '7', 'text').message).toBe('Dedupe failed on 7: text')
  expect(new CogError('Dedupe', '7', undefined).cause).toBeInstanceOf(Error)
})

test('a source’s error has the system’s code, and says when another try makes sense', () => {
  expect(new SourceError('ENOSPC', 'no room', { retryAfterMs: 100 })).toMatchObject({
    code: 'ENOSPC',
    retryAfterMs: 100,
  })
  expect(new SourceError('EIO', 'broken').retryAfterMs).toBeUndefined()
})

test('all have one base with a stable code', () => {
  const errors = [new TrainError('x', { cause: 1 }), new FinishTimeoutError('y'), new SourceError('EIO', 'z')]
  expect(errors.every((error) => error instanceof DeadbeatError)).toBe(true)
  expect(errors.map(({ code, name }) => `${code} ${name}`)).toEqual([
    ...['ERR_TRAIN TrainError', 'ERR_FINISH_TIMEOUT FinishTimeoutError', 'EIO SourceError'],
  ])
})
