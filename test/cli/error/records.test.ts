import { expect, test } from '@jest/globals'
import { recordsAt } from '../../../lib/cli/error/records.js'
import { startErrors } from './run-error.js'

test('only what has this very path is meant, and nothing below it', async () => {
  const { on } = await startErrors()
  await on('n1').record('run', ['a', 'question', 'deeper'], {})
  expect((await recordsAt(on('n1'), 'a.question', undefined)).map(({ subsystem, path }) => [subsystem, path])).toEqual([
    ['compile', 'a.question'],
    ['run', 'a.question'],
  ])
})
