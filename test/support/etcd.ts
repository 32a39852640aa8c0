/** A real etcd of one member on free ports of the loopback, in a directory that goes with the test. */
import { afterAll } from '@jest/globals'
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Certificates } from './certificates.js'
import { freePort, has } from './real-server.js'
import { temporaryForServer } from './temporary.js'

/** Whether etcd and its command are installed; `npm run verify` installs what is missing. */
export const hasEtcd = has('etcd') && has('etcdctl')

/** How it is started. */
export interface EtcdOptions {
  /** How many operations a transaction may have; etcd's default is 128. */
  readonly maxTxnOps?: number
  /** Ask for a user: `root` with this password is there from the start. */
  readonly rootPassword?: string
  /** With `rootPassword`: after how many s without use a token is forgotten; etcd's default is 300. */
  readonly tokenTtlS?: number
  /** Speak TLS only. */
  readonly tls?: Certificates
  /** With `tls`: ask for a client's certificate, too. */
  readonly asksForCertificate?: boolean
  /** Anything else for its command line. */
  readonly args?: readonly string[]
}

const running = new Set<Etcd>()
afterAll(async () => {
  for (const etcd of running) await etcd.kill()
})

/** One etcd. */
export class Etcd {
  readonly host = '127.0.0.1'
  readonly port: number
  readonly #peerPort: number
  readonly #directory = temporaryForServer()
  readonly #options: EtcdOptions
  #child: ChildProcess | null = null

  constructor(port: number, peerPort: number, options: EtcdOptions) {
    this.port = port
    this.#peerPort = peerPort
    this.#options = options
  }

  /** As a client names it. */
  get url(): string {
    return `${this.#options.tls === undefined ? 'http' : 'https'}://${this.host}:${this.port}`
  }

  /** Start it, on the same ports and with the data that it had. */
  async start(): Promise<void> {
    const { maxTxnOps, tokenTtlS, tls, asksForCertificate, args = [] } = this.#options
    const peer = `http://127.0.0.1:${this.#peerPort}`
    const child = spawn(
      'etcd',
      [
        ...['--name', 'test', '--data-dir', join(this.#directory, 'data'), '--initial-cluster', `test=${peer}`],
        ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
        ...['--listen-client-urls', this.url, '--advertise-client-urls', this.url],
        ...(maxTxnOps === undefined ? [] : ['--max-txn-ops', String(maxTxnOps)]),
        ...(tokenTtlS === undefined ? [] : ['--auth-token-ttl', String(tokenTtlS)]),
        ...(tls === undefined ? [] : ['--cert-file', tls.server.cert, '--key-file', tls.server.key]),
        ...(tls !== undefined && asksForCertificate ? ['--client-cert-auth', '--trusted-ca-file', tls.ca] : []),
        ...args,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env.PATH } },
    )
    running.add(this)
    this.#child = child
    let said = ''
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk) => {
        said += said.length < 1_000_000 ? String(chunk) : ''
        if (/serving (?:insecure )?client (?:requests|traffic)/.test(said)) resolve()
      })
      child.once('error', reject).once('exit', () => reject(new Error(`etcd ended: ${said}`)))
    })
  }

  /** End it as a power cut does. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = null
    running.delete(this)
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  /** End it and start it again, with what it had on disk. */
  async restart(): Promise<void> {
    await this.kill()
    await this.start()
  }

  /** End it and start an empty one of another cluster in its place. */
  async replace(): Promise<void> {
    await this.kill()
    rmSync(join(this.#directory, 'data'), { recursive: true })
    await this.start()
  }

  /** Let it stand still: its connections stay and nothing is answered. */
  stop(): void {
    this.#child?.kill('SIGSTOP')
  }

  /** Let it go on. */
  cont(): void {
    this.#child?.kill('SIGCONT')
  }

  /** What Debian's client prints. */
  ctl(...args: string[]): string {
    const { tls, rootPassword } = this.#options
    const flags = [
      ...['--endpoints', this.url],
      ...(tls === undefined ? [] : ['--cacert', tls.ca, '--cert', tls.client.cert, '--key', tls.client.key]),
      ...(this.#isAsking && rootPassword !== undefined ? ['--user', `root:${rootPassword}`] : []),
    ]
    return execFileSync('etcdctl', [...flags, ...args], { encoding: 'utf8', env: { ETCDCTL_API: '3' } })
  }

  #isAsking = false

  /** Ask for users from now on. */
  enableAuth(): void {
    this.ctl('user', 'add', `root:${this.#options.rootPassword}`)
    this.ctl('user', 'grant-role', 'root', 'root')
    this.ctl('auth', 'enable')
    this.#isAsking = true
  }
}

/** Start one, and end it with the test file. */
export async function startEtcd(options: EtcdOptions = {}): Promise<Etcd> {
  for (let attempt = 1; ; attempt++) {
    const etcd = new Etcd(await freePort(), await freePort(), options)
    try {
      await etcd.start()
    } catch (error) {
      // Somebody was faster at one of the ports.
      if (attempt < 5 && String(error).includes('address already in use')) continue
      throw error
    }
    if (options.rootPassword !== undefined) etcd.enableAuth()
    return etcd
  }
}
