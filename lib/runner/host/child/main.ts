/**
 * The program of a job's process. It is told what to run, runs it and says what came of it. It believes its runner and
 * nobody else; the code that it runs may do with it what it likes, and reaches no more than this process does.
 */
import { Socket } from 'node:net'
import type { Native } from 'inotify-ts/native'
import { parsePath } from '../../path.js'
import { BEATS, CHANNEL_FD, PERMIT_FD, formatMessage, requireShort, type CodeEnd, type ToChild } from '../protocol.js'
import { CallAdmin } from './call-admin.js'
import { asJson } from './checks.js'
import { digits } from './digits.js'
import { InfoQueue } from './info-queue.js'
import { jobLogger } from './job-logger.js'
import { Link, type Told } from './link.js'
import { CLASSES } from './messages.js'
import { runCode } from './run-code.js'
import { speakOf } from './spoken-error.js'
import { takeAway } from './take-away.js'

type Start = Extract<ToChild, { type: 'start' }>

const exit = process.exit.bind(process)
const dlopen = process.dlopen.bind(process)
const socket = new Socket({ fd: CHANNEL_FD, readable: true, writable: true })
const link = new Link(socket, told)
const controller = new AbortController()
let queue: InfoQueue | null = null
let admin: CallAdmin | null = null
let lease: NodeJS.Timeout | undefined
let isOver = false

// Without a runner there is nobody to run for.
socket.on('close', () => exit(1))
socket.on('error', () => exit(1))
process.on('uncaughtException', (error) => fail(error))

takeAway(socket)

function told(message: Told): void {
  switch (message.type) {
    case 'start':
      return void start(message)
    case 'tell':
      return admin?.told(message.message)
    case 'confirm':
      clearTimeout(lease)
      lease = setTimeout(() => exit(1), message.forMs).unref()
      return
    case 'stop':
      queue?.end()
      {
        controller.abort(new Error(message.reason))
        return
      }
  }
}

async function start({ code, inputs, config, identity, heartbeatMs, native }: Start): Promise<void> {
  if (native !== null) obeyPermit(native)
  link.beat()
  setInterval(() => link.beat(), heartbeatMs / BEATS).unref()
  queue = code.mode === 'async' ? new InfoQueue() : null
  admin = new CallAdmin({ link, queue, fail, cancel: (reason) => void end({ outcome: 'cancelled', reason }) })
  const given = {
    ...{ _client: client(admin), _cfg: config, _cls: CLASSES, _digits: digits, _info: queue },
    ...{ _log: jobLogger((level, text) => link.log(level, text)), _P: parsePath, _Path: pathOf },
    ...{ _self: admin, signal: controller.signal, _fence: identity.fence, _attempt: identity.attempt },
  }
  try {
    const done = { outcome: 'success', result: asJson(await runCode(code, { ...inputs, ...given })) } as const
    requireShort(formatMessage({ type: 'end', end: done }), 'what the code returns')
    await end(done)
  } catch (error) {
    fail(error)
  }
}

/** Run only as long as the node permits it: the kernel sees to that, as code may be busy for as long as it likes. */
function obeyPermit(file: string): void {
  const binding = { exports: {} as Pick<Native, 'obeyPermit'> }
  dlopen(binding, file)
  binding.exports.obeyPermit(PERMIT_FD)
}

/** The database, as the job may use it. */
function client(its: CallAdmin): Readonly<Pick<CallAdmin, 'get' | 'set' | 'delete' | 'send'>> {
  return Object.freeze({
    get: its.get.bind(its),
    set: its.set.bind(its),
    delete: its.delete.bind(its),
    send: its.send.bind(its),
  })
}

function pathOf(...elements: (string | number)[]): readonly string[] {
  return elements.map(String)
}

function fail(thrown: unknown): void {
  void end({ outcome: 'failed', error: speakOf(thrown, __filename) })
}

/** Say what came of it, once all that was written before has gone. */
async function end(what: CodeEnd): Promise<void> {
  if (isOver) return
  isOver = true
  controller.abort(new Error('the job has ended'))
  await admin?.close(({ message }) => link.log('warn', `what the job had opened can't be closed: ${message}`))
  await Promise.all([written(process.stdout), written(process.stderr)])
  await link.end(what)
  exit(what.outcome === 'success' ? 0 : 1)
}

function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()))
}
