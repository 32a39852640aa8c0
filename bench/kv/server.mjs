// An etcd for the figure: of one member, on free ports of the loopback, in a directory of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { stop, workDirectory } from '../processes.mjs'

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** Start it. Answers its address, and how it is ended. */
export async function startEtcd() {
  const directory = workDirectory('etcd')
  rmSync(directory, { recursive: true, force: true })
  const [client, peer] = [await freePort(), await freePort()]
  const [clientUrl, peerUrl] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`]
  const args = [
    ...['--name', 'bench', '--data-dir', directory, '--initial-cluster', `bench=${peerUrl}`],
    ...['--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl],
    ...['--listen-client-urls', clientUrl, '--advertise-client-urls', clientUrl],
  ]
  const child = spawn('etcd', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  for await (const line of createInterface({ input: child.stderr })) if (/serving .*client/.test(line)) break
  child.stderr.resume()
  return {
    address: `127.0.0.1:${client}`,
    end: async () => {
      await stop(child)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
