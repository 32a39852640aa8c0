import { afterEach, expect, test } from '@jest/globals'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ExecSupply, type ExecSupplyOptions } from '../../cogs/exec-supply.js'
import { itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'
import { Cleanups, supplied, turn, until } from '../support/supplied.js'
import { temporary } from '../support/temporary.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

const start = (script: string, options: Partial<ExecSupplyOptions<unknown>> = {}) =>
  supplied(cleanups, (train) => new ExecSupply<unknown>(train, { command: ['sh', '-c', script], ...options }))

test('supplies the lines of a command to its end, and ends with it', async () => {
  const { data, running, log } = await start('printf "one\\r\\ntwo\\nlast"; echo oops >&2')
  await running
  expect(data).toEqual(['one', 'two', 'last'])
  expect(log.find(({ message }) => message === 'oops')).toMatchObject({
    level: 'info',
    fields: { pid: expect.any(Number) },
  })
})

test('makes data with the setters', async () => {
  const { data, running } = await start('echo one', { lineSetter: itemSetter('line'), idSetter: itemSetter('id') })
  await running
  expect(data).toEqual([{ line: 'one', id: 't0' }])
})

test('starts a command again that failed, later each time that it gives no line', async () => {
  const directory = temporary()
  const script = 'echo x >> count; n=$(wc -l < count); [ $n -lt 3 ] && exit 7; echo done'
  const { data, running, log, clock, supply } = await start(script, { cwd: directory, retryMs: 1000 })
  const warnings = () => log.filter(({ level }) => level === 'warn')
  await until(() => warnings().length === 1)
  clock.advance(1000)
  await until(() => warnings().length === 2)
  clock.advance(999)
  for (let i = 0; i < 20; i++) await turn()
  expect(supply.progress().starts).toBe(2)
  clock.advance(1001)
  await running
  expect([data, supply.progress().starts]).toEqual([['done'], 3])
  expect(warnings()[0]?.message).toBe('sh ended with code 7; it is started again')
})

test('starts it again always, if it is told to', async () => {
  const { got, clock, log } = await start('echo one', { restart: 'always', retryMs: 10 })
  await until(() => log.some(({ level }) => level === 'warn'))
  clock.advance(10)
  await got(2)
})

test('ends the train with a command that failed and may not start again', async () => {
  const { running } = await start('exit 3', { restart: 'never' })
  await expect(running).rejects.toMatchObject({
    code: 'ERR_COMMAND',
    message: 'sh ended with code 3, and restart is never',
  })
})

test('says what can not be run', async () => {
  await expect(start('', { command: ['/nowhere/program'] })).rejects.toMatchObject({
    name: 'SourceError',
    code: 'ENOENT',
    message: expect.stringMatching(/^cannot run \/nowhere\/program/),
  })
})

test('asks the command and all that it started to stop, and takes what they still say', async () => {
  const { data, got, stop } = await start(
    // Not before that other one has become itself: until then it would take the signal as the shell does.
    'trap "echo bye; exit" TERM; sleep 1000 & until grep -q sleep /proc/$!/comm; do :; done; echo up; wait',
  )
  await got(1)
  await stop()
  expect(data).toEqual(['up', 'bye'])
})

test('kills what a command has left behind with its output, which does not stop', async () => {
  const stubborn = `sh -c 'trap "" TERM; exec sleep 1000' & until grep -q sleep /proc/$!/comm; do :; done; echo $!`
  const { data, got, train, clock } = await start(`trap exit TERM; ${stubborn}; wait`, { killMs: 500 })
  await got(1)
  const left = `/proc/${String(data[0])}`
  const stopped = train.stop()
  for (let i = 0; i < 200; i++) await turn()
  expect(existsSync(left)).toBe(true)
  clock.advance(500)
  await stopped
  await until(() => !existsSync(left))
})

test('kills a command that does not stop', async () => {
  const directory = temporary()
  const { got, train, clock } = await start('trap "" TERM; echo $$ > pid; echo up; while :; do sleep 1; done', {
    cwd: directory,
    killMs: 500,
  })
  await got(1)
  const stopped = train.stop()
  for (let i = 0; i < 50; i++) await turn()
  clock.advance(500)
  await stopped
  const pid = readFileSync(join(directory, 'pid'), 'utf8').trim()
  await until(() => !existsSync(`/proc/${pid}`))
})

test('reads nothing while it is paused, so that the command has to wait', async () => {
  const directory = temporary()
  const { data, supply, got, running } = await start(
    'read -t 0 x; i=0; while [ $i -lt 30000 ]; do echo line-$i; i=$((i+1)); done; touch written',
    { cwd: directory },
  )
  supply.pause()
  for (let i = 0; i < 2000; i++) await turn()
  const seen = data.length
  expect(existsSync(join(directory, 'written'))).toBe(false)
  supply.resume()
  await got(30_000)
  await running
  expect([seen < 30_000, data.length, data.at(-1)]).toEqual([true, 30_000, 'line-29999'])
})

test('refuses no command at all', () => {
  expect(() => new ExecSupply(testTrain().train, { command: [] })).toThrow('command must be at least 1: it is 0')
})
