import { expect, test } from '@jest/globals'
import { runScript, FROM_SOURCE, startScript } from '../../support/child.js'

const USING = `const { ofProcess } = await import(source + 'lib/cli/kv/surroundings.js')\nconst around = ofProcess()\n`

test('a first signal aborts, and says which it was; a second one ends the process', async () => {
  const { child, ended } = startScript(
    `${USING}around.interrupted().addEventListener('abort', ({ target }) => around.out(target.reason + '\\n'))
     around.out('ready\\n'); setInterval(() => undefined, 1000)`,
    FROM_SOURCE,
  )
  const next = () => new Promise<string>((resolve) => child.stdout.once('data', (piece) => resolve(String(piece))))
  expect(await next()).toBe('ready\n')
  child.kill('SIGINT')
  expect(await next()).toBe('SIGINT\n')
  child.kill('SIGINT')
  expect((await ended).signal).toBe('SIGINT')
})

test('stdin that is at its end is nothing, and no line', async () => {
  const { lines } = await runScript(
    `${USING}around.out(JSON.stringify([await around.readLine(), String(await around.readAll()), around.isTerminal]))`,
    FROM_SOURCE,
  )
  expect(JSON.parse(lines[0]!)).toEqual([null, '', { in: false, out: false, err: false }])
})
