import { expect, test } from '@jest/globals'
import { FROM_SOURCE, runScript } from '../support/child.js'

test('it stays what the process was started with, whoever changes the arguments', async () => {
  const body = `const { commandLine } = await import(source + 'lib/daemon/command-line.ts')
    process.argv.push('--more')
    console.log(JSON.stringify(commandLine.slice(0, 2)), commandLine.includes('--more'))`
  const { lines } = await runScript(body, FROM_SOURCE)
  expect(lines).toEqual([`${JSON.stringify(FROM_SOURCE)} false`])
})
