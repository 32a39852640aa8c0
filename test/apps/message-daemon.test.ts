import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { MessageDaemon } from '../../apps/message-daemon.js'
import { connect, stop, type Remote } from '../../lib/items/index.js'
import { silentLogger } from '../../lib/movement/index.js'
import { environment, scratch } from '../app/scratch.js'

const APP = join(process.cwd(), 'dist/apps/message-daemon.js')

/** The daemon as a process of its own, in a directory of its own, and a proxy for it. */
async function start(dir: string) {
  // Somebody else's registry on this machine may know a daemon of this name: none is looked for.
  const argv = [APP, '--persist.in=file', '--items.registry-port=1', '--items.call-port=0']
  const child = spawn(process.execPath, argv, { cwd: dir, env: environment(dir) })
  const said = { out: '', err: '' }
  child.stdout.on('data', (text: Buffer) => (said.out += String(text)))
  child.stderr.on('data', (text: Buffer) => (said.err += String(text)))
  const ended = once(child, 'close')
  const where = {
    ...{ home: join(dir, '.mKTL'), runtimeDirectory: join(dir, 'run/.daemons') },
    ...{ broadcast: 'off' as const, log: silentLogger, registryPort: 1 },
  }
  let d: Remote<MessageDaemon> | null = null
  while (d === null) {
    if (child.exitCode !== null) throw new Error(`it ended: ${said.err}`)
    d = await connect<MessageDaemon>('MessageDaemon', where).catch(() => null)
  }
  return { child, d, ended, said, where }
}

test("the seed's session works: a message is taken and printed, the counter lasts, the daemon stops", async () => {
  const dir = scratch({})
  const first = await start(dir)
  const { d } = first
  expect(String(d)).toMatch(/^Proxy for MessageDaemon:127\.0\.0\.1:\d+$/)
  expect(await d.insertMessage('hello world')).toBe('Message received!')
  expect(await d.pstCounter).toBe(1)
  expect(await d.$doc('insertMessage')).toMatch(/Queue a message/)
  await d.stop()
  await d.$close()
  expect(await first.ended).toEqual([0, null])
  expect(first.said).toEqual({ out: 'Found 1 new messages\nhello world\n', err: '' })

  const second = await start(dir)
  expect(await second.d.pstCounter).toBe(1)
  second.d.pstCounter = 0
  expect(await second.d.$get('pstCounter')).toBe(0)
  await second.d.$close()
  await stop('messagedaemon', second.where)
  expect(await second.ended).toEqual([0, null])

  const third = await start(dir)
  expect(await third.d.pstCounter).toBe(0)
  await third.d.$close()
  third.child.kill('SIGTERM')
  expect(await third.ended).toEqual([0, null])
})
