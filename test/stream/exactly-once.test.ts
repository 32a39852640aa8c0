import { afterEach, expect, test } from '@jest/globals'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { startNats } from '../support/nats.js'
import { has } from '../support/real-server.js'
import { root } from '../support/sources.js'
import { Cleanups, until } from '../support/supplied.js'
import { temporary } from '../support/temporary.js'

// How many events, how often somebody is killed (0: once), how many nodes are behind the cut, how long it may take.
const EVENTS = Number(process.env['STREAM_EVENTS'] ?? 400)
const KILL_MS = Number(process.env['STREAM_KILL_MS'] ?? 0)
const NODES = Number(process.env['STREAM_NODES'] ?? 1)
const TEST_MS = Number(process.env['STREAM_TEST_MS'] ?? 20_000)

const cleanups = new Cleanups()
afterEach(cleanups.run)

if (has('nats-server')) {
  test(
    'whoever is killed, and when the broker is too, each event is at the end once',
    async () => {
      const directory = temporary()
      const input = join(directory, 'input')
      writeFileSync(input, Array.from({ length: EVENTS }, (_, n) => `line ${n}\n`).join(''))
      const broker = await startNats(cleanups, { directory })
      const { port, servers } = broker
      const output = ['--output.stream=OUT', '--output.subject=out', '--output.create=true', '--output.retry-ms=50']
      const parts = ['before', ...Array<string>(NODES).fill('after')]
      const flags = [
        `--input.filenames=${input}`,
        '--input.tail=false',
        '--input.chunk-bytes=1024',
        `--cut.servers=${servers[0]}`,
        `--output.servers=${servers[0]}`,
      ]
      const times = [
        '--cut.ack-wait-ms=500',
        '--cut.retry-ms=50',
        '--cut.retry-max-ms=200',
        '--output.retry-max-ms=200',
      ]
      const told: string[] = []
      const start = (i: number): ChildProcess => {
        const state = [`--state-dir=${directory}/state${i}`, `--runtime-dir=${directory}/run${i}`]
        const app = ['dist/lib/cli/main.js', 'run', 'test/support/relay.mjs', `--cut.parts=middle:${parts[i]}`]
        // A batch at a time is small, so that a kill finds something under way.
        const argv = [
          ...app,
          ...flags,
          ...output,
          ...times,
          ...state,
          `--cut.in-flight-max=${Math.max(20, EVENTS / 100)}`,
        ]
        const child = spawn(process.execPath, argv, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
        child.stderr.on('data', (text) => told.push(String(text)))
        return child
      }
      const children = parts.map((_, i) => start(i))
      cleanups.add(() => children.forEach((child) => child.kill('SIGKILL')))
      const kill = async (i: number): Promise<void> => {
        const child = children[i] as ChildProcess
        const ended = once(child, 'exit')
        child.kill('SIGKILL')
        await ended
        children[i] = start(i)
      }
      const nc = await connect({ servers: [...servers], maxReconnectAttempts: -1, reconnectTimeWait: 50 })
      cleanups.add(() => nc.close())
      const manager = await jetstreamManager(nc, { timeout: 1000 })
      const messages = (stream: string) =>
        manager.streams.info(stream).then(
          ({ state }) => state.messages,
          () => -1,
        )
      const reaches = (count: number) => until(async () => (await messages('OUT')) >= count)

      if (KILL_MS > 0) {
        let next = 0
        const timer = setInterval(() => void kill(next++ % parts.length), KILL_MS)
        cleanups.add(() => clearInterval(timer))
      }
      await reaches(EVENTS / 4)
      if (KILL_MS === 0) await Promise.all([kill(0), kill(1)])
      await reaches(EVENTS / 2)
      await broker.kill()
      await startNats(cleanups, { port, directory })
      await reaches(EVENTS)
      // Whatever may still come has come. The stream itself keeps messages that were acknowledged just before the kill.
      await until(async () => {
        const info = await manager.consumers.info('deadbeat-relay-middle', 'after').catch(() => null)
        return info?.num_pending === 0 && info.num_ack_pending === 0
      })

      const counts = new Map<string, number>()
      const consumer = await jetstream(nc).consumers.get('OUT')
      const all = await consumer.consume()
      for await (const message of all) {
        const text = message.string()
        counts.set(text, (counts.get(text) ?? 0) + 1)
        if (message.info.pending === 0) break
      }
      const twice = [...counts].filter(([, count]) => count > 1)
      expect([counts.size, twice, counts.has('line 0!'), counts.has(`line ${EVENTS - 1}!`)]).toEqual([
        EVENTS,
        [],
        true,
        true,
      ])

      const ended = children.map((child) => once(child, 'exit'))
      children.forEach((child) => child.kill('SIGTERM'))
      await Promise.all(ended)
      if (KILL_MS > 0)
        process.stderr.write(
          `${told
            .join('')
            .match(/\d+ messages (?:came more than once|were there already)/g)
            ?.join('; ')}\n`,
        )
    },
    TEST_MS,
  )
}
