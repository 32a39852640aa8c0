// A whole app whose check-points are in the embedded database: killed, started again, reloaded, and moved back.
import { expect, test } from '@jest/globals'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ControlClient } from '../../../lib/control/index.js'
import { startRelay } from '../../cli/steer/relay.js'
import { messages } from '../scratch.js'

const IN_KV = { checkpoints: { in: 'kv' } }
const RUN = ['run', 'apps/relay.ts', '--config', 'relay.json']

test('an app goes on from a database as it does from a file, whoever is killed, reloaded or moved', async () => {
  const { dir, ask, start, grow, child, configure, socket } = await startRelay(IN_KV)
  const file = join(dir, 'state/relay.checkpoint')
  const name = `file:${join(dir, 'state/kv')} (/deadbeat/checkpoints/relay)`
  /** Once so many lines are out. */
  const out = async (lines: number): Promise<string> => {
    for (;;) {
      const text = readFileSync(join(dir, 'out.log'), 'utf8')
      if (text.split('\n').length > lines) return text
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const answering = async (): Promise<void> => {
    for (;;) {
      const client = await ControlClient.connect(socket).catch(() => null)
      client?.close()
      if (client !== null) return
    }
  }
  expect(ask('status', 'relay').stdout).toContain(`check-points in ${name}, the last `)
  expect(statSync(join(dir, 'state/kv')).mode & 0o777).toBe(0o600)

  const second = ask(...RUN, '--control.socket', join(dir, 'other.sock'))
  expect([second.status, messages(second.stderr).at(-1)]).toEqual([
    75,
    expect.stringContaining('in use by another run of the same train') as unknown,
  ])

  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
  grow('{"n":3}\n')
  const again = await start(RUN, '')
  expect(await out(3)).toBe('{"n":1}\n{"n":2}\n{"n":3}\n')

  await answering()
  configure({ ...IN_KV, dedupe: { keysMax: 7 } })
  expect(ask('reload', 'relay').stdout).toContain('dedupe.keysMax')
  configure({ dedupe: { keysMax: 7 } })
  expect(ask('reload', 'relay').stdout).toBe('relay: nothing has changed now; at the next start only: checkpoints.in\n')
  grow('{"n":2}\n{"n":4}\n')
  expect(await out(4)).toBe('{"n":1}\n{"n":2}\n{"n":3}\n{"n":4}\n')
  again.child.kill('SIGTERM')
  expect((await again.ended).status).toBe(0)
  expect(readFileSync(file, 'utf8')).toContain('"path":"/deadbeat/checkpoints/relay"')

  grow('{"n":1}\n{"n":5}\n')
  const moved = await start(RUN, '')
  expect(await out(5)).toBe('{"n":1}\n{"n":2}\n{"n":3}\n{"n":4}\n{"n":5}\n')
  moved.child.kill('SIGTERM')
  const { status, stderr } = await moved.ended
  expect([status, messages(stderr)]).toEqual([
    0,
    expect.arrayContaining([`the check-point was moved from ${name} to ${file}`]) as unknown,
  ])
  expect(readFileSync(file, 'utf8')).toContain('"supplies":')
})
