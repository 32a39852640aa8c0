import { afterEach, expect, test } from '@jest/globals'
import { native } from 'inotify-ts'
import { join } from 'node:path'
import { UnixSink } from '../../lib/log/unix-sink.js'
import { unixServer } from '../support/log-servers.js'
import { temporary } from '../support/temporary.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

function start(waitingMax = 1_000_000) {
  const path = join(temporary(), 'log')
  const told: string[] = []
  const make = () =>
    new UnixSink(
      path,
      { format: (json) => Buffer.from(json), waitingMax, retryMs: 1 },
      { failing: (reason) => told.push(reason), lost: (lines) => told.push(`lost ${lines}`) },
    )
  const listen = () => {
    const server = unixServer(path)
    closing.push(server.close)
    return () => server.drain().map(String)
  }
  return { path, told, make, listen }
}

if (native === null) {
  test('without the native part it says so', () => {
    expect(start().make).toThrow(expect.objectContaining({ code: 'ERR_LOG_SOCKET' }))
  })
} else {
  test('a line is with the server when the call returns', async () => {
    const { make, listen } = start()
    const drain = listen()
    const sink = make()
    sink.write('a')
    sink.write('b')
    expect(drain()).toEqual(['a', 'b'])
    await sink.close(0)
  })

  test('where the queue of the server is full, lines wait and go when there is room, none lost or out of order', async () => {
    const { make, listen, told } = start()
    const drain = listen()
    const sink = make()
    const lines = Array.from({ length: 500 }, (_, n) => String(n))
    for (const line of lines) sink.write(line)
    const got = drain()
    expect(got.length).toBeLessThan(500)
    const closed = sink.close(20_000)
    while (got.length < 500) {
      got.push(...drain())
      await new Promise((resolve) => setImmediate(resolve))
    }
    await closed
    expect([got, told]).toEqual([lines, []])
  })

  test('a server that is not there is told, and gets what waited once it is', async () => {
    const { path, make, listen, told } = start()
    const sink = make()
    sink.write('a')
    expect(told).toEqual([`the log can't be sent to ${path}: ENOENT`])
    const drain = listen()
    await sink.close(20_000)
    expect(drain()).toEqual(['a'])
  })

  test('beyond the limit lines are counted, and the count is told', async () => {
    const { make, listen, told } = start(5)
    const sink = make()
    for (const line of ['aaa', 'bb', 'c', 'd']) sink.write(line)
    const drain = listen()
    sink.reopen()
    expect([drain(), told.slice(1)]).toEqual([['aaa', 'bb'], ['lost 2']])
    await sink.close(0)
  })

  test('a message that no datagram can hold is lost alone, and told', async () => {
    const { make, listen, told } = start(10_000_000)
    const drain = listen()
    const sink = make()
    sink.write('x'.repeat(5_000_000))
    sink.write('b')
    expect([drain(), told[1]]).toEqual([['b'], 'lost 1'])
    await sink.close(0)
  })
}
