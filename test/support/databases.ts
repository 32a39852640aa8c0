/** Real databases of SQL, each started by its test on a free port of the loopback, with a directory that goes with it. */
import { spawnSync } from 'node:child_process'
import { chownSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Database as WasmDatabase } from 'node-sqlite3-wasm'
import type { Database } from '../../lib/sql/database.js'
import { openDatabase } from '../../lib/sql/sql-config.js'
import { sqliteDatabase, type SqliteHandle } from '../../lib/sql/sqlite.js'
import { freePort, has, startServer } from './real-server.js'
import { until, type Cleanups } from './supplied.js'
import { temporary } from './temporary.js'

const NOBODY = 65_534
const silent = { info() {}, warn() {}, debug() {}, error() {} }

/** A database of a test. */
export interface Served {
  readonly url: string
  /** For cogs, where the driver of the URL isn't what is used. */
  readonly open?: () => Promise<Database>
  /** Run a statement beside the cogs. */
  run(text: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Break every connection, and start again. Only where there is a server. */
  restart?(): Promise<void>
}

/** Servers refuse to run as root: then they run as nobody, who owns this directory. */
function owned(): { directory: string; options: object } {
  const directory = temporary()
  if (process.getuid?.() !== 0) return { directory, options: {} }
  chownSync(directory, NOBODY, NOBODY)
  return { directory, options: { uid: NOBODY, gid: NOBODY, cwd: directory } }
}

function prepare(command: string, args: readonly string[], options: object): void {
  const { status, stderr, stdout } = spawnSync(command, args, { ...options, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command}: ${stderr}${stdout}`)
}

async function reached(cleanups: Cleanups, url: string): Promise<Database> {
  const options = { url, password: null, timeoutMs: 10_000, connectionsMax: 1 }
  const database = await openDatabase('Test', options, silent)
  cleanups.add(() => database.close())
  const ask = () => database.query({ text: 'SELECT 1', values: [] })
  await until(() =>
    ask().then(
      () => true,
      () => false,
    ),
  )
  return database
}

async function served(
  cleanups: Cleanups,
  url: string,
  start: () => Promise<{ kill: () => Promise<void> }>,
): Promise<Served> {
  let { kill } = await start()
  const database = await reached(cleanups, url)
  return {
    url,
    run: (text) => database.query({ text, values: [] }),
    async restart() {
      await kill()
      ;({ kill } = await start())
      await reached(cleanups, url)
    },
  }
}

/** Where PostgreSQL's programs lie: outside the path, below the version. */
function postgresPrograms(): string | null {
  const home = '/usr/lib/postgresql'
  const versions = existsSync(home) ? readdirSync(home) : []
  return versions.map((version) => join(home, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb'))) ?? null
}

async function startPostgres(cleanups: Cleanups, bin: string): Promise<Served> {
  const { directory, options } = owned()
  const port = await freePort()
  const data = join(directory, 'data')
  prepare(join(bin, 'initdb'), ['-D', data, '-U', 'me', '-A', 'trust', '-E', 'UTF8', '--no-sync'], options)
  const args = ['-D', data, '-p', String(port), '-k', directory, '-h', '127.0.0.1', '-c', 'fsync=off']
  const url = `postgres://me@127.0.0.1:${port}/postgres`
  return served(cleanups, url, () => startServer(cleanups, port, join(bin, 'postgres'), args, options))
}

async function startMariadb(cleanups: Cleanups): Promise<Served> {
  const { directory, options } = owned()
  const port = await freePort()
  const data = join(directory, 'data')
  const common = ['--no-defaults', `--datadir=${data}`, `--tmpdir=${directory}`, '--character-set-server=utf8mb4']
  const method = '--auth-root-authentication-method=normal'
  prepare('mariadb-install-db', [...common, method, '--skip-test-db'], options)
  const net = [`--port=${port}`, '--bind-address=127.0.0.1', `--socket=${join(directory, 's')}`]
  const url = `mysql://root@127.0.0.1:${port}/mysql`
  return served(cleanups, url, () => startServer(cleanups, port, '/usr/sbin/mariadbd', [...common, ...net], options))
}

/** SQLite itself, compiled to WebAssembly, with the interface of the drivers that Node 20 has only with a compiler. */
export function sqliteHandle(path: string): SqliteHandle {
  const db = new WasmDatabase(path)
  return {
    exec: (text) => db.exec(text),
    prepare: (text) => ({
      all: (...values) => db.all(text, values as never),
      run: (...values) => db.run(text, values as never),
    }),
    close: () => db.close(),
  }
}

function startSqlite(cleanups: Cleanups): Promise<Served> {
  const path = join(temporary(), 'a b.db')
  const make = (): Database => {
    const database = sqliteDatabase(() => sqliteHandle(path))
    cleanups.add(() => database.close())
    return database
  }
  const database = make()
  const run = (text: string) => database.query({ text, values: [] })
  return Promise.resolve({ url: `sqlite:${path}`, open: () => Promise.resolve(make()), run })
}

/** The databases that are installed; `npm run verify` installs what is missing. */
export function databases(): (readonly [name: string, start: (cleanups: Cleanups) => Promise<Served>])[] {
  const bin = postgresPrograms()
  return [
    ...(bin === null ? [] : [['PostgreSQL', (cleanups: Cleanups) => startPostgres(cleanups, bin)] as const]),
    ...(has('mariadbd') ? [['MariaDB', startMariadb] as const] : []),
    ['SQLite', startSqlite],
  ]
}
