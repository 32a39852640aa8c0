import { afterEach, expect, test } from '@jest/globals'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
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
const TEST_MS = Number(process.env['STREAM_TEST_MS'] ?? 60_000)

const cleanups = new Cleanups()
afterEach(cleanups.run)

/** Play an app in parts (test/support/relay.mjs) while its processes are killed, and the broker once. */
async function play(relay: 'stream' | 'keyed' | 'file', nodes: number) {
  const directory = temporary()
  const input = join(directory, 'input')
  writeFileSync(input, Array.from({ length: EVENTS }, (_, n) => `line ${n}\n`).join(''))
  const broker = await startNats(cleanups, { directory })
  const { port, servers } = broker
  const parts = ['before', ...Array<string>(nodes).fill('after')]
  const fileOf = (i: number) => join(directory, `output${i}`)
  const outputOf = (i: number): string[] =>
    relay === 'file'
      ? [`--output.path=${fileOf(i)}`, `--cut.partitions=${i % 2}`]
      : ['stream=OUT', 'subject=out', 'create=true', 'retry-ms=50', 'retry-max-ms=200', `servers=${servers[0]}`].map(
          (flag) => `--output.${flag}`,
        )
  const flags = [
    ...[`--input.filenames=${input}`, '--input.tail=false', '--input.chunk-bytes=1024'],
    ...[`--cut.servers=${servers[0]}`, '--cut.ack-wait-ms=500', '--cut.lease-ms=400'],
    ...['--cut.retry-ms=50', '--cut.retry-max-ms=200'],
    // A batch at a time is small, so that a kill finds something under way.
    `--cut.in-flight-max=${Math.max(20, EVENTS / 100)}`,
  ]
  const told: string[] = []
  const start = (i: number): ChildProcess => {
    const state = [`--state-dir=${directory}/state${i}`, `--runtime-dir=${directory}/run${i}`]
    const app = ['dist/lib/cli/main.js', 'run', 'test/support/relay.mjs', `--cut.parts=middle:${parts[i]}`]
    const child = spawn(process.execPath, [...app, ...flags, ...outputOf(i), ...state], {
      ...{ cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, RELAY: relay } },
    })
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
  const lines = () =>
    parts.flatMap((_, i) => (existsSync(fileOf(i)) ? readFileSync(fileOf(i), 'utf8').split('\n').slice(0, -1) : []))
  const count = async (): Promise<number> => {
    if (relay === 'file') return lines().length
    return (await manager.streams.info('OUT').catch(() => null))?.state.messages ?? -1
  }
  const reaches = (least: number) => until(async () => (await count()) >= least)

  const restartBroker = async (): Promise<void> => {
    await broker.kill()
    await startNats(cleanups, { port, directory })
  }
  if (KILL_MS > 0) {
    // One at a time: what is acknowledged the broker forgets when it restarts, so nothing may be repeated meanwhile.
    let next = 0
    let isBrokerNext: (() => void) | null = null
    const timer = setInterval(() => {
      if (isBrokerNext === null) void kill(next++ % parts.length)
      else isBrokerNext()
    }, KILL_MS)
    cleanups.add(() => clearInterval(timer))
    await reaches(EVENTS / 2)
    await new Promise<void>((resolve) => (isBrokerNext = resolve))
    isBrokerNext = null
    await restartBroker()
  } else {
    await reaches(EVENTS / 4)
    await Promise.all(relay === 'file' ? [kill(1), kill(2)] : [kill(0), kill(1)]) // Likewise.
    await reaches(EVENTS / 2)
    await restartBroker()
  }
  await reaches(EVENTS)
  // Whatever may still come has come. The stream itself keeps messages that were acknowledged just before the kill.
  await until(async () => {
    const consumers = await manager.consumers
      .list('deadbeat-relay-middle')
      .next()
      .catch(() => [])
    const isThrough = consumers.every(({ num_pending, num_ack_pending }) => num_pending + num_ack_pending === 0)
    return isThrough && consumers.length === (relay === 'stream' ? 1 : 2)
  })

  const output: string[] = []
  if (relay === 'file') for (const line of lines()) output.push(line)
  else {
    const all = await (await jetstream(nc).consumers.get('OUT')).consume()
    for await (const message of all) {
      output.push(message.string())
      if (message.info.pending === 0) break
    }
  }
  const ended = children.map((child) => once(child, 'exit'))
  children.forEach((child) => child.kill('SIGTERM'))
  await Promise.all(ended)
  if (KILL_MS > 0) {
    const repeats = told.join('').match(/\d+ messages (?:came more than once|were there already)/g)
    process.stderr.write(`${relay}: ${repeats?.join('; ')}\n`)
  }
  return output
}

/** The numbers of lines that aren't there once. */
function wrong(output: readonly string[]): string[] {
  const counts = new Map(Array.from({ length: EVENTS }, (_, n) => [n, 0]))
  for (const line of output) counts.set(numberOf(line), (counts.get(numberOf(line)) ?? 0) + 1)
  return [...counts].filter(([, count]) => count !== 1).map(([n, count]) => `line ${n}: ${count} times`)
}

const numberOf = (line: string): number => Number(/^line (\d+)!$/.exec(line)?.[1])

if (has('nats-server')) {
  test(
    'whoever is killed, and when the broker is too, each event is at the end once',
    async () => {
      expect(wrong(await play('stream', NODES))).toEqual([])
    },
    TEST_MS,
  )

  test(
    'with keys, those of one key are in order too, whoever is killed and takes over',
    async () => {
      const output = await play('keyed', Math.max(2, NODES))
      expect(wrong(output)).toEqual([])
      for (let key = 0; key < 8; key++) {
        const ns = output.map(numberOf).filter((n) => n % 8 === key)
        expect(ns).toEqual([...ns].sort((a, b) => a - b))
      }
    },
    TEST_MS,
  )

  test(
    'in files with check-points, each is once too where the same nodes keep the partitions',
    async () => {
      expect(wrong(await play('file', 2))).toEqual([])
    },
    TEST_MS,
  )
}
