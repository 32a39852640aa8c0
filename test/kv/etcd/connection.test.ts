import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Connection } from '../../../lib/kv/etcd/connection.js'
import { etcdSettings, type EtcdOptions } from '../../../lib/kv/etcd/options.js'
import { framed } from '../../../lib/kv/rpc/frames.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { FROM_SOURCE } from '../../support/child.js'
import { silentPort } from '../../support/fake-etcd.js'
import { answer, fakeMember } from '../../support/fake-member.js'
import { faultProxy } from '../../support/fault-proxy.js'
import { freePort } from '../../support/real-server.js'
import { Cleanups, turn, until } from '../../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

function connect(port: number, options: EtcdOptions = {}) {
  const told: string[] = []
  const connection = new Connection(`127.0.0.1:${port}`, etcdSettings(options), {
    ready: () => told.push('ready'),
    left: (why) => told.push(why),
    closed: () => told.push('closed'),
  })
  cleanups.add(() => connection.close('over'))
  const call = () => {
    const listener = {
      received: (message: Buffer) => told.push(message.toString()),
      ended: ({ code, wasSent }: { code: number; wasSent: boolean }) => told.push(`${code}${wasSent ? '' : ' unsent'}`),
    }
    const made = connection.call({ ':method': 'POST', ':path': '/' }, listener)
    made.send(Buffer.from('ask'), true)
    return made
  }
  return { connection, call, told }
}

const OK = { 'grpc-status': '0' }

it('makes the calls that wait for it once it is ready, and then at once', async () => {
  const { port } = await fakeMember(cleanups, (stream) => answer(stream, framed(Buffer.from('yes')), OK))
  const { call, told } = connect(port)
  const first = call()
  expect(first.wasSent).toBe(false)
  call()
  await until(() => told.length === 5)
  expect([told[0], told.slice(1).sort()]).toEqual(['ready', ['0', '0', 'yes', 'yes']])
  expect(call().wasSent).toBe(true)
  await until(() => told.length === 7)
})

it('says why there is none before any call is told', async () => {
  const port = await freePort()
  const { call, told } = connect(port)
  call()
  call()
  await until(() => told.length === 4)
  expect(told).toEqual([`connect ECONNREFUSED 127.0.0.1:${port}`, '14 unsent', '14 unsent', 'closed'])
})

it('gives up on whoever takes it and says nothing', async () => {
  const clock = new ManualClock()
  const { call, told } = connect(await silentPort(cleanups), { clock, connectTimeoutMs: 50 })
  call()
  clock.advance(49)
  expect(told).toEqual([])
  clock.advance(1)
  await until(() => told.length === 3)
  expect(told).toEqual(['there was no connection within 50 ms', '14 unsent', 'closed'])
})

it('is not made any more when nobody waits for it', async () => {
  const { call, told } = connect(await silentPort(cleanups))
  const [first, second] = [call(), call()]
  first.cancel()
  expect(told).toEqual([])
  second.cancel()
  await until(() => told.length === 2)
  expect(told).toEqual(['nobody waits for it any more', 'closed'])
})

it('takes no new call once the server ends it, and lets those under way end well', async () => {
  const streams: (() => void)[] = []
  const { port, sessions } = await fakeMember(cleanups, (stream) => {
    streams.push(() => answer(stream, framed(Buffer.from('late')), OK))
  })
  const { call, told } = connect(port)
  call()
  await until(() => streams.length === 1)
  sessions[0]?.goaway(0)
  await until(() => told.length === 2)
  expect(told).toEqual(['ready', "the server ended the connection by HTTP/2's code 0"])
  streams[0]?.()
  await until(() => told.length === 5)
  expect(told.slice(2)).toEqual(['late', '0', 'closed'])
})

it('is tried by pings while a call is under way, and ends when one is not answered', async () => {
  const clock = new ManualClock()
  let streams = 0
  const { port, sessions } = await fakeMember(cleanups, (stream) => {
    streams += 1
    if (streams > 1) answer(stream, framed(Buffer.from('yes')), OK)
  })
  const proxy = await faultProxy(port)
  const { call, told } = connect(proxy.port, { clock, pingMs: 5000, pingTimeoutMs: 500 })
  call()
  await until(() => streams === 1)
  let pings = 0
  sessions[0]?.on('ping', () => (pings += 1))
  for (let i = 1; i <= 3; i++) {
    clock.advance(5000)
    // What is answered behind a ping comes behind its answer.
    call()
    await until(() => told.length === 1 + 2 * i)
    expect(pings).toBe(i)
  }
  proxy.blackHole()
  clock.advance(5000)
  clock.advance(499)
  await turn()
  expect(told.length).toBe(7)
  clock.advance(1)
  await until(() => told.length > 8)
  expect(told.slice(7)).toEqual(['a ping was not answered within 500 ms', '14'])
})

it('is not pinged while there is no call', async () => {
  const clock = new ManualClock()
  const { port, sessions } = await fakeMember(cleanups, (stream) => answer(stream, framed(Buffer.from('yes')), OK))
  const { call, told } = connect(port, { clock, pingMs: 5000 })
  call()
  await until(() => told.length === 3)
  let pings = 0
  sessions[0]?.on('ping', () => (pings += 1))
  clock.advance(60_000)
  call()
  await until(() => told.length === 5)
  expect([pings, told]).toEqual([0, ['ready', 'yes', '0', 'yes', '0']])
})

it('keeps no process alive that has no call', async () => {
  const { port } = await fakeMember(cleanups, (stream) => answer(stream, framed(Buffer.from('yes')), OK))
  const code = `
    const { Connection } = await import(process.cwd() + '/lib/kv/etcd/connection.ts')
    const { etcdSettings } = await import(process.cwd() + '/lib/kv/etcd/options.ts')
    const nothing = () => undefined
    const sink = { ready: nothing, left: console.log, closed: nothing }
    const connection = new Connection('127.0.0.1:${port}', etcdSettings({}), sink)
    const ended = () => console.log('answered')
    connection.call({ ':method': 'POST', ':path': '/' }, { received: nothing, ended }).send(Buffer.alloc(0), true)`
  const child = spawn(process.execPath, [...FROM_SOURCE, '--input-type=module', '--eval', code])
  cleanups.add(() => child.kill('SIGKILL'))
  let said = ''
  child.stdout.on('data', (text: Buffer) => (said += text.toString()))
  child.stderr.on('data', (text: Buffer) => (said += text.toString()))
  expect([await once(child, 'close'), said]).toEqual([[0, null], 'answered\n'])
})
