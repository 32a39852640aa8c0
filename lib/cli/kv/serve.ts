/** `deadbeat kv serve`: a store for the clients of etcd. */
import { InvalidArgumentError, type Command } from 'commander'
import { endpoint } from '../../conf/readers.js'
import type { KvServer } from '../../kv/serve/kv-server.js'
import type { MayUse } from '../../kv/serve/guard.js'
import type { ServeOptions } from '../../kv/serve/options.js'
import { withDefault } from '../typed-default.js'
import { addKvCommand, type KvProgram } from './add-kv-command.js'
import { KV_EXIT } from './exits.js'
import { KvCommandError } from './kv-command-error.js'
import { atLeastOne } from './options.js'
import type { Session } from './session.js'

const HELP = `
The store answers as etcd does (its v3 API over gRPC: keys, transactions, watches, leases), for etcdctl, Python's and Go's
clients, and for deadbeat on other machines. Until Ctrl-C or SIGTERM (code 0). Other processes, and other servers, may use
the same file meanwhile.

  deadbeat kv serve                                        your store, at 127.0.0.1:2379
  deadbeat kv serve --url file:///var/lib/app/kv --listen 127.0.0.1:0 --json
  etcdctl --endpoints 127.0.0.1:2379 get --prefix ''
  deadbeat kv --url etcd://127.0.0.1:2379 list --all

On this machine whoever reaches the port may read and write all. Other addresses need a certificate, and clients one that
--tls-ca has signed:

  deadbeat kv serve --listen 0.0.0.0:2379 --tls-cert server.pem --tls-key server.key --tls-ca clients.pem

With --rights FILE (docs/security.md) clients may read and set what its rules give to their certificates, and on this machine
without TLS to anonymous; without it who may connect may do all. A range, as lists and watches ask for one, must be within one
rule such as { who: certificate backup, may: read, on: /lab/* }.

Once it listens it says so on stdout, with --json {"listening":…,"store":…,"pid":…}, and to systemd (Type=notify).
Not there: users and roles, transactions within transactions, snapshots, etcd's own locks (etcdctl lock works).
`

const LIMITS = {
  connectionsMax: 'how many connections there may be; 250',
  callsMax: 'how many calls a connection may have under way; 250',
  requestBytesMax: 'how long a request may be, in bytes; 1572864',
  opsMax: 'how many operations a transaction may have; 128',
  watchesMax: 'how many watches a stream may have; 10000',
  bufferBytesMax: 'how much may wait in memory for slow clients, in bytes; 67108864',
} as const

interface Flags extends Partial<Record<keyof typeof LIMITS, number>> {
  readonly listen: { readonly host: string; readonly port: number }
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly tlsCa?: string
  readonly rights?: string
}

/** Add the command to the program. */
export function addServe(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'serve',
    summary: 'serve a store to the clients of etcd',
    help: HELP,
    limit: 'asked',
    makesStore: true,
    extend,
    act: serve,
  })
}

function extend(command: Command): Command {
  command
    .addOption(withDefault('--listen <address>', 'HOST:PORT; port 0: any that is free', toAddress, '127.0.0.1:2379'))
    .option('--tls-cert <file>', 'the certificate of this server, in PEM')
    .option('--tls-key <file>', 'its private key, in PEM')
    .option('--tls-ca <file>', 'certificates that must have signed those of clients, in PEM')
    .option('--rights <file>', 'who may read and set which paths')
  for (const [name, doc] of Object.entries(LIMITS)) {
    command.option(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} <n>`, doc, atLeastOne)
  }
  return command
}

async function serve(session: Session, _words: readonly string[], flags: Flags): Promise<number> {
  const { around, engine } = session
  const until = around.interrupted()
  const { ServiceManager } = await import('../../daemon/notify.js')
  const manager = new ServiceManager({ env: around.env })
  const server = await start(session, flags)
  const { address } = server
  session.tell(`serving ${engine.name} at ${address}`, { listening: address, store: engine.name, pid: process.pid })
  manager.ready(`serving ${engine.name} at ${address}`)
  const alive = manager.watchdogMs === null ? undefined : setInterval(() => manager.alive(), manager.watchdogMs / 2)
  await new Promise((resolve) => {
    if (until.aborted) resolve(null)
    until.addEventListener('abort', resolve)
  })
  clearInterval(alive)
  manager.stopping()
  await server.close()
  return KV_EXIT.ok
}

async function start({ engine }: Session, flags: Flags): Promise<KvServer> {
  const { listen, tlsCert: cert = null, tlsKey: key = null, tlsCa: ca = null } = flags
  const limits = Object.fromEntries(
    (Object.keys(LIMITS) as (keyof typeof LIMITS)[]).flatMap((name) => {
      const limit = flags[name]
      return limit === undefined ? [] : [[name, limit]]
    }),
  )
  const mayUse = flags.rights === undefined ? null : await rulesIn(flags.rights)
  const options: ServeOptions = { ...limits, ...listen, tls: { cert, key, ca }, mayUse }
  // Who only reads a key doesn't load a server.
  const { KvServer } = await import('../../kv/serve/kv-server.js')
  try {
    return await KvServer.start(engine, options)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new KvCommandError(error.message, KV_EXIT.usage, { cause: error })
  }
}

/** Whoever has no certificate is nobody in particular, also if this user has started it. */
async function rulesIn(file: string): Promise<MayUse> {
  const [{ anonymous, openRights }, { logger }] = await Promise.all([
    import('../../rights/index.js'),
    import('../../log/log.js'),
  ])
  const { rights } = await openRights({ file, log: logger })
  return ({ certificate }, right, range) =>
    rights.mayRange(certificate === null ? anonymous : { kind: 'certificate', id: certificate }, right, range)
}

function toAddress(text: string): { host: string; port: number } {
  const read = endpoint(text)
  if (read === undefined)
    throw new InvalidArgumentError("It must be HOST:PORT, as in '127.0.0.1:2379' or '[::1]:2379'.")
  return read
}
