// Everything that has to hold before a change may land, from nothing but Node, npm and a C compiler. The last line
// counts the tests: `N passed, N failed`.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build, buildNative, giveUp, installPackages, requireNode, root, run } from './steps.mjs'

// What the tests need of the system, by the file that shows that it is there.
const SYSTEM = [
  { group: 'the native binding', file: '/usr/bin/cc', packages: ['gcc', 'libc6-dev'] },
  { group: 'the cogs of syslog', file: '/usr/sbin/rsyslogd', packages: ['rsyslog'] },
  { group: 'the cogs of MQTT', file: '/usr/sbin/mosquitto', packages: ['mosquitto'] },
  { group: 'the cogs of Redis', file: '/usr/bin/redis-server', packages: ['redis-server'] },
  { group: 'the cogs of JetStream', file: '/usr/sbin/nats-server', packages: ['nats-server'] },
  { group: 'the cogs of SQL', file: '/usr/bin/pg_createcluster', packages: ['postgresql'] },
  { group: 'the cogs of SQL, with MariaDB', file: '/usr/sbin/mariadbd', packages: ['mariadb-server'] },
  { group: 'the tree in etcd', file: '/usr/bin/etcd', packages: ['etcd-server', 'etcd-client'] },
  { group: 'a peer of it', file: '/usr/lib/python3/dist-packages/etcd3/__init__.py', packages: ['python3-etcd3'] },
  { group: 'a peer of the items', file: '/usr/lib/python3/dist-packages/zmq/__init__.py', packages: ['python3-zmq'] },
  { group: 'its arrays', file: '/usr/lib/python3/dist-packages/numpy/__init__.py', packages: ['python3-numpy'] },
  { group: 'what shuts jobs in', file: '/usr/bin/bwrap', packages: ['bubblewrap'] },
  { group: 'certificates', file: '/usr/bin/openssl', packages: ['openssl'] },
]

// A suite that hangs is a failure, not a wait; one on a busy machine takes its time.
const SUITE_MAX_MS = 25 * 60_000

requireNode()
comeOutIntoTheOpen()
installSystem()
step('install', () => installPackages())
step('native binding', () => process.platform !== 'linux' || buildNative({ quiet: true }))
step('build', () => build())
step('types', () => run('npm', ['run', '--silent', 'typecheck']))
step('lint', () => run('npm', ['run', '--silent', 'lint']))

// The same suite three times: as it is, with the closure engine, and without the native binding; the second and the
// third time without what neither can touch. It was counted in part (docs/design/0022-the-time-of-the-tests.md).
const OF_THE_WIRE = [
  ...['rights', 'runner', 'stream', 'wire'],
  ...['cli/(markd|registry|keys)(-command)?', 'apps/(message-daemon|heater)'],
]
// Whatever runs the train: controls of harnesses, and cogs whose peers stand behind a socket of Node's.
const PEERS = 'http|item|jetstream|kv|mqtt|redis|sql|tcp'
const ANYWAY = [
  ...['house', 'conf', 'errors', 'settings', 'items', 'text', 'time', 'numbers', 'sql', 'typescript'],
  ...['kv', 'cli/kv', 'app/checkpoints', 'testing/(backend|check)', 'tutorial'],
  ...['app/(examples|find-|graph|serve|typescript)', `cogs/(${PEERS})-`],
  ...['crash/(?!crash)', 'end-to-end/bad-configuration'],
  ...['movement/(random-train|cut/cutter)', ...OF_THE_WIRE], // Those two play both engines, in memory.
]
const WITHOUT_TRAINS = [
  ...[...ANYWAY, 'cli', 'power-loss', 'files', 'net', 'log', 'daemon', 'process', 'control', 'movement/loop'],
  ...[
    'app/(become-daemon|doctor|prepare|service)',
    'cogs/(buffer-cog-kill|parallel-kill|(exec|syslog|udp|unix)-)',
    'movement/chain/chain-closures',
  ],
]
// What runs on a disk of its own, or in memory alone, has no descriptor that the binding could see to.
const WITHOUT_DESCRIPTORS = [
  ...['movement/(chain|cog|cut|life|train)', 'power-loss', 'cookbook', 'workers', 'rx', 'testing'],
  ...['cogs/(?!buffer|exec|file|line-drain|lookup-table|parallel|spool|std|syslog|udp|unix)'],
  ...['net/(?!activated|datagram|given|unix)', 'log/(?!file-sink|log|open-sinks|unix-sink)'],
  ...['cli/(?!doctor|restart|run|start|stop|steer/(change|connect))'],
]
const OF_THE_BINDING = '<rootDir>/packages/inotify-ts/'
const testsOf = (names) => `<rootDir>/test/(${names.join('|')})`
const suites = [
  ['tests', {}, []],
  ['tests without generated code', { DEADBEAT_CODEGEN: 'off' }, [testsOf(WITHOUT_TRAINS), OF_THE_BINDING]],
  ['tests without the native binding', { DEADBEAT_NATIVE: 'off' }, [testsOf([...ANYWAY, ...WITHOUT_DESCRIPTORS])]],
]
const total = { passed: 0, failed: 0 }
for (const [name, env, leftOut] of suites) {
  if (Object.entries(env).some(([key, value]) => process.env[key] !== undefined && process.env[key] !== value)) continue
  const counts = test(name, env, leftOut)
  total.passed += counts.passed
  total.failed += counts.failed
}
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`)
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1)

function step(name, work) {
  const start = Date.now()
  if (work()) process.stdout.write(`ok    ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)\n`)
  else giveUp(`failed: ${name}`, 1)
}

function test(name, env, leftOut) {
  const flags = leftOut.length === 0 ? [] : ['--testPathIgnorePatterns', ...leftOut, '/node_modules/']
  const folder = mkdtempSync(join(tmpdir(), 'deadbeat-verify-'))
  const summary = join(folder, 'summary.json')
  const passed = run(process.execPath, ['scripts/jest.mjs', '--silent', ...flags], {
    env: { ...env, DEADBEAT_SUMMARY: summary },
    timeoutMs: SUITE_MAX_MS,
  })
  const counts = existsSync(summary) ? JSON.parse(readFileSync(summary, 'utf8')) : { passed: 0, failed: 1 }
  rmSync(folder, { recursive: true })
  if (!passed && counts.failed === 0) counts.failed = 1
  process.stdout.write(
    `${counts.failed === 0 ? 'ok   ' : 'FAILED'} ${name}: ${counts.passed} passed, ${counts.failed} failed\n`,
  )
  return counts
}

// As root, daemons are tested as an ordinary user, too, who has to get here. The tree itself is opened for as long as this
// takes. Out of a folder above it that is closed all goes on under another name of it, which is there for this run alone.
function comeOutIntoTheOpen() {
  if (process.getuid?.() !== 0) return
  const { mode } = statSync(root)
  if ((mode & 0o001) === 0) {
    chmodSync(root, mode | 0o001)
    process.on('exit', () => chmodSync(root, mode))
  }
  const closed = foldersTo(root).find((path) => (statSync(path).mode & 0o001) === 0)
  if (closed === undefined) return
  const name = mkdtempSync(join(tmpdir(), 'deadbeat-tree-'))
  chmodSync(name, 0o755)
  const moved = run('unshare', ['--mount', 'mount', '--bind', root, name], { quiet: true })
  if (!moved || foldersTo(name).some((path) => (statSync(path).mode & 0o001) === 0)) {
    rmdirSync(name)
    giveUp(
      `daemons are tested as an ordinary user, who can't pass through ${closed}: chmod o+x ${closed}, or clone elsewhere`,
    )
  }
  const script = 'mount --bind "$1" "$2" && cd "$2" && shift 2 && exec "$@"'
  const again = [process.execPath, 'scripts/verify.mjs']
  const { status } = spawnSync('unshare', ['--mount', 'sh', '-c', script, 'sh', root, name, ...again], {
    stdio: 'inherit',
  })
  rmdirSync(name)
  process.exit(status ?? 1)
}

function foldersTo(path) {
  const above = dirname(path)
  return above === path ? [] : [path, ...foldersTo(above)]
}

function installSystem() {
  const missing = SYSTEM.filter(({ file }) => process.platform === 'linux' && !existsSync(file))
  if (missing.length === 0) return
  const packages = missing.flatMap((part) => part.packages)
  const command = `apt-get install -y ${packages.join(' ')}`
  const isRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (
    isRoot &&
    run('apt-get', ['update', '-q'], { quiet: true }) &&
    run('apt-get', ['install', '-y', ...packages], { quiet: true })
  )
    return
  const line = `missing for ${missing.map(({ group }) => group).join(', ')}: as root, ${command}`
  if (process.env.CI === 'true') giveUp(line)
  process.stdout.write(`left out: ${line}\n`)
}
