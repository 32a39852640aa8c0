// Where the daemon under test keeps its check-points: in a file, in an embedded database, or in an etcd. Each kind says
// what the daemon is told, how its records are seen from outside, and how it is made to forget them.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Records } from './records.mjs'

/** What can be asked for. */
export const STORES = ['file', 'kv', 'etcd']

/** Start what a kind needs. */
export async function startStore(kind) {
  if (kind === 'etcd') return await EtcdStore.start()
  return new LocalStore(kind)
}

/** Everything is in the state directory. */
class LocalStore {
  #kind

  constructor(kind) {
    this.#kind = kind
  }

  /**
   * How many changes must be seen behind a moment until a record certainly tells of it: the next may have been under way
   * already, and a change that is seen may be a half of one. In a database some are of its lease.
   */
  get recordsMin() {
    return this.#kind === 'file' ? 4 : 6
  }

  argsOf() {
    return this.#kind === 'file' ? [] : ['--checkpoints.in', 'kv']
  }

  recordsOf(directory) {
    return new Records(join(directory, 'state'))
  }

  forget() {
    // It goes with the state directory.
  }

  stop() {
    // Nothing runs.
  }
}

/** One etcd for all rounds, each of which has keys of its own. */
class EtcdStore {
  recordsMin = 4
  #directory
  #child
  #port
  #watches = new Set()

  static async start() {
    const store = new EtcdStore()
    await store.#start()
    return store
  }

  argsOf({ seed }) {
    return ['--checkpoints.in', 'kv', '--kv.url', `etcd://127.0.0.1:${this.#port}`, '--kv.prefix', prefixOf(seed)]
  }

  /** Counts the writes of the record's key, as etcd's own client sees them. */
  recordsOf(directory, { seed, app }) {
    const watch = this.#spawn('etcdctl', ['watch', `3${prefixOf(seed)}checkpoints/crash-${app}`])
    this.#watches.add(watch)
    let count = 0
    let rest = ''
    watch.stdout.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop()
      count += lines.filter((line) => line === 'PUT').length
    })
    return {
      look: () => count,
      close: () => {
        watch.kill('SIGKILL')
        this.#watches.delete(watch)
      },
    }
  }

  forget({ seed }) {
    execFileSync('etcdctl', ['del', '--prefix', `3${prefixOf(seed)}`], { env: this.#env, stdio: 'ignore' })
  }

  stop() {
    for (const watch of this.#watches) watch.kill('SIGKILL')
    this.#child?.kill('SIGKILL')
    rmSync(this.#directory, { recursive: true, force: true })
  }

  get #env() {
    return { PATH: process.env.PATH, ETCDCTL_API: '3', ETCDCTL_ENDPOINTS: `http://127.0.0.1:${this.#port}` }
  }

  #spawn(name, args) {
    return spawn(name, args, { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] })
  }

  async #start() {
    this.#directory = mkdtempSync(join(tmpdir(), 'deadbeat-crash-etcd-'))
    this.#port = await freePort()
    const [url, peer] = [this.#port, await freePort()].map((port) => `http://127.0.0.1:${port}`)
    const data = join(this.#directory, 'data')
    mkdirSync(data, { mode: 0o700 })
    this.#child = this.#spawn('etcd', [
      ...['--name', 'crash', '--data-dir', data, '--initial-cluster', `crash=${peer}`],
      ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
      ...['--listen-client-urls', url, '--advertise-client-urls', url],
    ])
    let said = ''
    await new Promise((resolve, reject) => {
      this.#child.stderr.setEncoding('utf8').on('data', (text) => {
        if (said.length < 1_000_000) said += text
        if (/serving (?:insecure )?client (?:requests|traffic)/.test(said)) resolve()
      })
      this.#child.once('error', reject).once('exit', () => reject(new Error(`etcd ended: ${said}`)))
    })
  }
}

function prefixOf(seed) {
  return `/crash-${seed}/`
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
