import { expect, test } from '@jest/globals'
import { ModuleChecker } from '../../../lib/runner/code/module-checker.js'
import { FROM_SOURCE, runScript } from '../../support/child.js'

test('modules are parsed, told apart by their lines, and never run', async () => {
  await using checker = new ModuleChecker()
  const checks = await Promise.allSettled([
    checker.check('a.b', "import { b } from 'lib.b'\nexport const a = await b"),
    checker.check('a.b', 'process.exit(1); throw new Error()'),
    checker.check('a.b', 'export const a = 1\nlet b\nlet b'),
    checker.check('a.c', 'return 1'),
    checker.check('a.d', 'export const n ='),
  ])
  const outcomes = checks.map((check) => (check.status === 'fulfilled' ? 'good' : (check.reason as Error).message))
  expect(outcomes).toEqual([
    'good',
    'good',
    expect.stringMatching(/^module a\.b can't be compiled: Identifier 'b' has already been declared$/),
    expect.stringMatching(/^module a\.c can't be compiled: Illegal return statement \(module:a\.c:1:1\)$/),
    expect.stringMatching(/^module a\.d can't be compiled: .* \(module:a\.d:1:17\)$/),
  ])
})

test('who waits when it is closed hears of it, and so does who comes later', async () => {
  const checker = new ModuleChecker()
  const waiting = checker.check('a', '')
  const heard = expect(waiting).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  await checker[Symbol.asyncDispose]()
  await heard
  await expect(checker.check('a', '')).rejects.toMatchObject({ code: 'ERR_CLOSED' })
})

test('a thread that failed takes nothing with it from the one behind it when it ends', async () => {
  const { lines, errors } = await runScript(
    `const { ModuleChecker } = await import(source + 'lib/runner/code/module-checker.ts')
     const workers = []
     // Newer Node tells of its own threads, too.
     process.on('worker', (worker) => worker.constructor.name === 'Worker' && workers.push(worker))
     const checker = new ModuleChecker()
     const first = checker.check('a', '').catch((error) => console.log(error.message))
     await new Promise(setImmediate)
     workers[0].emit('error', new Error('no memory'))
     await first
     const second = checker.check('b', 'export const n = 1')
     await Promise.all([workers[0].terminate(), second.then(() => console.log('good'))])
     await checker[Symbol.asyncDispose]()
     console.log(workers.length)`,
    FROM_SOURCE,
  )
  expect(errors).toBe('')
  expect(lines).toEqual(['no memory', 'good', '2'])
})
