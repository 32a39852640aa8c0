// npm run fleet: three nodes on this one machine, each in a network of its own, and etcd in a fourth. One node is killed,
// one is cut off; a job goes on through both. Shows what happens, and takes everything away again.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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
]) {
  if (spawnSync('which', [program]).status !== 0) giveUp(`${program} is missing: apt-get install -y ${packages}`)
}
if (!installPackages()) giveUp('the packages could not be installed: is the npm registry within reach?')
if (!existsSync(`${root}dist/lib/cli/main.js`) && !build({ quiet: true })) giveUp('the build failed', 70)

let code = 70
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => finish(130))
try {
  await play()
  code = 0
} catch (error) {
  say(`\n${error.message}`)
}
finish(code)

async function play() {
  say(`Three networks with a node each, and etcd in a fourth:\n`)
  makeNetworks()
  startIn('hub', 'etcd', ['etcd', '--data-dir', join(scratch, 'etcd'), ...urls('client', 2379), ...urls('peer', 2380)])
  await until(() => deadbeat('kv', 'status').status === 0, 'etcd does not answer')
  say(`  etcd at ${HUB}`)
  for (const name of NODES) {
    const home = join(scratch, name)
    const args = ['node', '--name', name, '--kv', URL, '--ttl', `${TTL_S}s`, '--home', home]
    startIn(name, name, [process.execPath, `${root}dist/lib/cli/main.js`, ...args])
  }
  await until(() => membersThere() === NODES.length, 'the nodes do not come')
  for (const name of NODES) say(`  node ${name} at ${addressOf(name)}`)

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
  say(`\nThe job has counted to ${steps}, over ${[first, second, third].join(', ')}. Its attempts that are over:\n`)
  show('job', 'history', 'demo')
  show('job', 'list')
  say(`\nNext:\n  less docs/fleet.md          how jobs are written, and what is promised`)
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

/** In a session of its own, so that its end can take with it what it started. */
function startIn(where, name, command) {
  const log = join(scratch, `${name}.log`)
  const script = `exec ip netns exec ${space(where)} "$@" >${log} 2>&1`
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
