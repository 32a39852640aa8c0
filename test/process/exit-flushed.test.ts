import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { FROM_SOURCE } from '../support/child.js'
import { Cleanups } from '../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

const BYTES = 5_000_000

function start() {
  // As newer Node writes to a pipe that another Node has made, whichever this is.
  const code = `
    const { exitFlushed } = await import(process.cwd() + '/lib/process/exit-flushed.ts')
    process.stdout._handle.setBlocking?.(false)
    process.stdout.write('x'.repeat(${BYTES}))
    process.stderr.write('written')
    await exitFlushed(3)`
  const child = spawn(process.execPath, [...FROM_SOURCE, '--input-type=module', '--eval', code])
  cleanups.add(() => child.kill('SIGKILL'))
  return child
}

it('ends with its code once all was taken', async () => {
  const child = start()
  await once(child.stderr, 'data') // All is written now, and nothing of it read.
  let got = 0
  child.stdout.on('data', (piece: Buffer) => (got += piece.length))
  expect(await once(child, 'close')).toEqual([3, null])
  expect(got).toBe(BYTES)
})

it('does not wait for who has gone', async () => {
  const child = start()
  await once(child.stderr, 'data')
  child.stdout.destroy()
  expect(await once(child, 'close')).toEqual([3, null])
})
