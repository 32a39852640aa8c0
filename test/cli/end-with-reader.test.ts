import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import { FROM_SOURCE } from '../support/child.js'
import { root } from '../support/sources.js'

test('a command whose reader has gone ends with 0, and says nothing of it', async () => {
  const script = `const { endWithReader } = await import('${root}lib/cli/end-with-reader.ts')
    endWithReader(process.stdout)
    setInterval(() => process.stdout.write('more\\n'), 1)`
  const argv = [...FROM_SOURCE, '--input-type=module', '-e', script]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += String(chunk)))
  const ended = once(child, 'close')
  await once(child.stdout, 'data')
  child.stdout.destroy()
  expect([await ended, errors]).toEqual([[0, null], ''])
})
