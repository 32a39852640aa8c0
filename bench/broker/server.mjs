// A server of NATS with JetStream for the figure: on a free port of the loopback, in a directory of its own.
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { stop, workDirectory } from '../processes.mjs'

/** Start it. Answers its port, and how it is ended. */
export async function startNats() {
  const directory = workDirectory('nats')
  rmSync(directory, { recursive: true, force: true })
  const args = ['--addr', '127.0.0.1', '--port', '-1', '--jetstream', '--store_dir', directory]
  const child = spawn('nats-server', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let port = null
  for await (const line of createInterface({ input: child.stderr })) {
    port ??= /Listening for client connections on 127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? null
    if (line.endsWith('Server is ready')) break
  }
  if (port === null) throw new Error('nats-server ended before it was ready')
  child.stderr.resume()
  return {
    port,
    end: async () => {
      await stop(child)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
