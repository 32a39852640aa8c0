// npm run fleet: three nodes on this one machine, each in a network of its own, with etcd and NATS in a fourth. A job goes on
// through the death of one node and the isolation of another; then a train is cut over all three, and one of them is killed.
// Shows what happens, and takes everything away again.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, giveUp, installPackages, requireNode, root } from './steps.mjs'

const TTL_S = 3
const HUB = '10.77.7.1'
const NODES = ['n1', 'n2', 'n3']
const URL = `etcd://${HUB}:2379`
// What the job runs: it says where it is, twice a second, and how far all of its attempts have come.
const CODE = `
const path = _P('demo.steps')
for (let step = (await _self.get(path)) ?? 0; !signal.aborted; step++) {
  await _self.set(path, step + 1)
  await new Promise((resolve) => setTimeout(resolve, 500))
}
`

const spaces = []
const children = new Map()
const scratch = mkdtempSync(join(tmpdir(), 'deadbeat-fleet-'))

requireNode()
if (process.getuid?.() !== 0) giveUp('networks are made by root alone: sudo npm run fleet', 77)
for (const [program, packages] of [
  ['ip', 'iproute2'],
  ['etcd', 'etcd-server'],
  ['nats-server', 'nats-server'],
]) {
  if (spawnSync('which', [program]).status !== 0) giveUp(`${program} is missing: apt-get install -y ${packages}`)
}
if (!installPackages()) giveUp('the packages could not be installed: is the npm registry within reach?')
if (!existsSync(`${root}dist/lib/cli/main.js`) && !build({ quiet: true })) giveUp('the build failed', 70)

let code = 70
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => finish(130))
try {
  await open()
  await playJob()
  await playTrain()
  code = 0
} catch (error) {
  say(`\n${error.message}`)
}
finish(code)

async function open() {
  say(`Three networks with a node each, and etcd and NATS in a fourth:\n`)
  makeNetworks()
  startIn('hub', 'etcd', ['etcd', '--data-dir', join(scratch, 'etcd'), ...urls('client', 2379), ...urls('peer', 2380)])
  await until(() => deadbeat('kv', 'status').status === 0, 'etcd does not answer')
  startIn('hub', 'nats', ['nats-server', '-js', '-a', HUB, '-p', '4222', '-sd', join(scratch, 'nats')])
  say(`  etcd and NATS at ${HUB}`)
  for (const name of NODES) startNode(name)
  await until(() => membersThere() === NODES.length, 'the nodes do not come')
  for (const name of NODES) say(`  node ${name} at ${addressOf(name)}`)
}

async function playJob() {
  writeFileSync(join(scratch, 'steps.js'), CODE)
  show('code', 'set', 'demo.steps', '-S', join(scratch, 'steps.js'))
  show('job', 'set', 'demo', '-c', 'demo.steps', '-t', '0')
  const first = await runsOn(null)
  say(`\nnode ${first} runs it. It is killed (kill -9), with all that it runs:`)
  const second = await failOver(first, () => process.kill(children.get(first).pid, 'SIGKILL'))
  say(`\nnode ${second} runs it. It is cut off: its network is down, its processes live.`)
  const third = await failOver(second, () => linkOf(second, 'down'))
  say(
    `\nIts cable is put in again: it is a member as before, and has ended its own attempt before anybody else could begin.`,
  )
  linkOf(second, 'up')
  await until(() => membersThere() === 2, `node ${second} does not come back`)
  const steps = Number(deadbeat('kv', 'get', '/demo/steps').stdout)
  say(`\nThe job has counted to ${steps}, over ${[first, second, third].join(', ')}. Its attempts that are over:`)
  show('job', 'history', 'demo')
  show('job', 'list')
  show('job', 'delete', 'demo', '--force')
  startNode(first)
  await until(() => membersThere() === NODES.length, `node ${first} does not come back`)
}

async function playTrain() {
  const [source, killed] = NODES
  say(
    `\nAll three nodes are there again. apps/fleet-demo.ts is cut in two: ${source} makes numbers, all find their factors.\n`,
  )
  setPart(source, 'numbers', 'work:before')
  for (const name of NODES) setPart(name, 'workers', 'work:after')
  await until(() => NODES.every((name) => numbersOf(name).length > 100), 'not every node gets numbers')
  say(`Each node has had more than a hundred. ${killed} is killed:`)
  process.kill(children.get(killed).pid, 'SIGKILL')
  const before = Math.max(...NODES.flatMap(numbersOf))
  await until(() => Math.max(...NODES.flatMap(numbersOf)) > before + 500, 'the train does not go on')
  deadbeat('job', '-n', source, 'delete', 'numbers')
  const isWhole = () => missing(NODES.flatMap(numbersOf)) === 0
  await until(isWhole, 'some numbers are missing')
  const all = NODES.flatMap(numbersOf)
  const highest = Math.max(...all)
  for (const name of NODES) say(`  ${name} wrote ${numbersOf(name).length} numbers`)
  const again = all.length - highest
  const twice = again === 0 ? 'each once' : `${again} of them twice, as a killed node had not said that it was through`
  say(`All numbers from 1 to ${highest} are there, ${twice}.

Next:
  less docs/fleet.md          how jobs are written, and what is promised
  cat apps/fleet-demo.ts      the whole train`)
}

/** Both parts have the settings of the whole app, and say which they are. */
function setPart(node, job, part) {
  const cut = { servers: [`${HUB}:4222`], ackWaitMs: 2000, parts: [part] }
  const config = { every: { periodMs: 5 }, output: { path: outputOf(node) }, cut }
  const { status, stderr } = deadbeat(
    'job',
    '-n',
    node,
    'set',
    job,
    '--app',
    'fleet-demo',
    '-t',
    '0',
    '--config',
    JSON.stringify(config),
  )
  if (status !== 0) throw new Error(stderr)
}

function outputOf(node) {
  return join(scratch, `${node}.jsonl`)
}

function numbersOf(node) {
  const lines = existsSync(outputOf(node)) ? readFileSync(outputOf(node), 'utf8').split('\n').slice(0, -1) : []
  return lines.map((line) => JSON.parse(line).number)
}

/** How many from 1 on to the highest are not there. */
function missing(numbers) {
  return Math.max(0, ...numbers) - new Set(numbers).size
}

/** Do something to a node, and wait until its job runs on another one. */
async function failOver(from, act) {
  const begun = Date.now()
  act()
  const to = await runsOn(from)
  say(`  after ${((Date.now() - begun) / 1000).toFixed(1)} s (a lease is ${TTL_S} s) it runs on ${to}`)
  return to
}

async function runsOn(notOn) {
  let node = null
  await until(() => {
    const { stdout } = deadbeat('job', 'state', 'demo', '--json')
    const state = stdout === '' ? {} : JSON.parse(stdout)
    node = state.isClaimed === true && state.node !== notOn ? state.node : null
    return node !== null
  }, 'the job does not run')
  return node
}

function membersThere() {
  return deadbeat('kv', 'list', '/deadbeat/member/any/default/')
    .stdout.split('\n')
    .filter((line) => line !== '').length
}

/** A command of Deadbeat, as somebody on the hub would type it. */
function deadbeat(...argv) {
  return spawnSync('ip', ['netns', 'exec', space('hub'), process.execPath, `${root}dist/lib/cli/main.js`, ...argv], {
    env: { ...process.env, DEADBEAT_KV: URL },
    encoding: 'utf8',
    timeout: 30_000,
  })
}

function show(...argv) {
  say(`\n$ deadbeat ${argv.join(' ').replace(`${scratch}/`, '')}`)
  const { status, stdout, stderr } = deadbeat(...argv)
  say(stdout.trimEnd())
  if (status !== 0) throw new Error(stderr)
}

function makeNetworks() {
  for (const name of ['hub', ...NODES]) {
    ip('netns', 'add', space(name))
    spaces.push(space(name))
    inside(name, 'link', 'set', 'lo', 'up')
  }
  inside('hub', 'link', 'add', 'br0', 'type', 'bridge')
  inside('hub', 'addr', 'add', `${HUB}/24`, 'dev', 'br0')
  inside('hub', 'link', 'set', 'br0', 'up')
  for (const name of NODES) {
    inside('hub', 'link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space(name))
    inside('hub', 'link', 'set', name, 'master', 'br0')
    inside('hub', 'link', 'set', name, 'up')
    inside(name, 'addr', 'add', `${addressOf(name)}/24`, 'dev', 'eth0')
    inside(name, 'link', 'set', 'eth0', 'up')
  }
}

function linkOf(name, state) {
  inside('hub', 'link', 'set', name, state)
}

function addressOf(name) {
  return HUB.replace(/\d+$/, String(11 + NODES.indexOf(name)))
}

function space(name) {
  return `deadbeat-${process.pid}-${name}`
}

function inside(name, ...args) {
  ip('-n', space(name), ...args)
}

function ip(...args) {
  const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ip ${args.join(' ')} failed: ${stderr.trim()}`)
}

function urls(what, port) {
  const url = `http://${HUB}:${port}`
  const peers = what === 'peer' ? [`--initial-advertise-peer-urls`, url, '--initial-cluster', `default=${url}`] : []
  return [`--listen-${what}-urls`, url, ...(what === 'client' ? ['--advertise-client-urls', url] : peers)]
}

function startNode(name) {
  const args = ['node', '--name', name, '--url', URL, '--ttl', `${TTL_S}s`, '--home', join(scratch, name, 'home')]
  startIn(name, name, [process.execPath, `${root}dist/lib/cli/main.js`, ...args])
}

/** In a session of its own, so that its end can take with it what it started. */
function startIn(where, name, command) {
  const log = join(scratch, `${name}.log`)
  // What apps keep is each machine's own.
  const mounts = ['/var/lib', '/run'].map((place) => {
    const own = join(scratch, name, place)
    mkdirSync(own, { recursive: true })
    return `mount --bind ${own} ${place}`
  })
  const script = `exec >>${log} 2>&1; exec ip netns exec ${space(where)} sh -c '${mounts.join(' && ')} && exec "$@"' sh "$@"`
  children.set(name, spawn('sh', ['-c', script, 'sh', ...command], { stdio: 'ignore', detached: true }))
}

async function until(holds, otherwise) {
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    if (holds()) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${otherwise}: the logs are in ${scratch}`)
}

function finish(status) {
  for (const child of children.values()) {
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It has ended already.
    }
  }
  for (const name of spaces) spawnSync('ip', ['netns', 'del', name])
  if (status === 0) rmSync(scratch, { recursive: true, force: true })
  process.exit(status)
}

function say(text) {
  process.stdout.write(`${text}\n`)
}
