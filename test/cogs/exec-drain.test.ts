import { afterEach, expect, test } from '@jest/globals'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ExecDrain, type ExecDrainOptions } from '../../cogs/exec-drain.js'
import { testTrain } from '../../lib/testing/index.js'
import { Cleanups, drained, turn, until } from '../support/supplied.js'
import { temporary } from '../support/temporary.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

async function start(script: string, options: Partial<ExecDrainOptions> = {}) {
  const cwd = temporary()
  const make = (train: ConstructorParameters<typeof ExecDrain>[0]) =>
    new ExecDrain(train, { command: ['sh', '-c', script], cwd, ...options })
  const rig = await drained<string, ExecDrain>(cleanups, make)
  return { ...rig, text: (name = 'out') => (existsSync(join(cwd, name)) ? readFileSync(join(cwd, name), 'utf8') : '') }
}

test('writes lines to a command, and lets it read to the end before the train ends', async () => {
  const { supply, isDone, stop, text } = await start('cat > part; sed s/^/-/ part > out')
  supply.push('one', 'two')
  await isDone(2)
  await stop()
  expect(text()).toBe('-one\n-two\n')
})

test('tells the log what the command says', async () => {
  const { supply, stop, log } = await start('read x; echo "got $x"; echo bad >&2')
  supply.push('one')
  await stop()
  await until(() => ['got one', 'bad'].every((line) => log.some(({ message }) => message === line)))
})

test('starts a command again that has ended, once more come', async () => {
  const { supply, isDone, text, log } = await start('read x; echo "$x" >> out; exit 3')
  supply.push('one')
  await isDone(1)
  await until(() => log.some(({ message }) => message === 'sh ended with code 3'))
  supply.push('two')
  await isDone(2)
  await until(() => text() === 'one\ntwo\n')
})

test('waits for a command that reads slowly', async () => {
  const { supply, drain, stop, text } = await start('while [ ! -e go ]; do sleep 0.01; done; wc -c > out', {
    bufferMax: 1000,
  })
  supply.push('x'.repeat(1_000_000))
  for (let i = 0; i < 100; i++) await turn()
  expect([drain.full(), supply.acknowledged]).toEqual([true, 0])
  const { writeFileSync } = await import('node:fs')
  writeFileSync(join(drain.options.cwd ?? '', 'go'), '')
  await stop()
  expect([text().trim(), supply.acknowledged]).toEqual(['1000001', 1])
})

test('tries again where the command can not be run, and gives up if it is told to', async () => {
  const { supply, running, clock, log } = await start('', { command: ['/nowhere/program'], retriesMax: 1, retryMs: 10 })
  supply.push('one')
  await until(() => log.some(({ level }) => level === 'warn'))
  clock.advance(10)
  await expect(running).rejects.toMatchObject({ code: 'ENOENT' })
  expect(supply.acknowledged).toBe(0)
})

test('asks a command to end that does not by itself', async () => {
  const { supply, isDone, train, clock, log } = await start('exec 0<&-; cat < /dev/null; sleep 1000', { killMs: 500 })
  supply.push('x')
  await Promise.race([isDone(1), until(() => log.some(({ level }) => level === 'warn'))])
  const stopped = train.stop()
  let isOver = false
  void stopped.then(() => (isOver = true))
  await until(() => {
    clock.advance(500)
    return isOver
  })
})

test('refuses no command at all', () => {
  expect(() => new ExecDrain(testTrain().train, { command: [] })).toThrow('command must be at least 1: it is 0')
})
