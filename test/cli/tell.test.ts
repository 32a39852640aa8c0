import { expect, test } from '@jest/globals'
import { FROM_SOURCE, runScript } from '../support/child.js'

const run = (body: string) =>
  runScript(`const { tell, refuse, orTell } = await import(source + 'lib/cli/tell.ts')\n${body}`, FROM_SOURCE)

test('a result is a sentence, or a line of JSON', async () => {
  const { lines } = await run(`tell('it runs\\x1b', { pid: 7 }, false); tell('it runs', { pid: 7 }, true)`)
  expect(lines).toEqual(['it runs\\x1b', '{"pid":7}'])
})

test('what is not done is told on stderr, with its code', async () => {
  const { lines, errors } = await run(`console.log(refuse('no\\x07', 69))`)
  expect([lines, errors]).toEqual([['69'], 'no\\x07\n'])
})

test('what is thrown is told about whom it is, with the code that it stands for', async () => {
  const { lines, errors } = await run(`
    const { ConfigError } = await import(source + 'lib/errors/index.ts')
    const { LoadError } = await import(source + 'lib/cli/load.ts')
    const codes = []
    for (const error of [
      new ConfigError(['one', 'two']),
      Object.assign(new Error(new ConfigError(['far\\x07', 'away']).message), { code: 'ERR_CONFIG' }), new LoadError('no such app', 66), Object.assign(new Error('gone'), { code: 'ENOENT' }),
    ]) codes.push(await orTell('idle', () => Promise.reject(error)))
    console.log(JSON.stringify([...codes, await orTell('idle', () => Promise.resolve(null))]))`)
  expect(lines).toEqual(['[78,78,66,66,null]'])
  expect(errors).toBe('idle: one\n  two\nidle: far\\x07\n  away\nno such app\nidle: gone\n')
})
