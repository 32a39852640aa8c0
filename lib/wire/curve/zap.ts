/**
 * The handler of ZAP (ZeroMQ RFC 27): ZeroMQ asks it about the key of everybody who connects to a listening socket under CURVE.
 *
 * There is one in a process, at a fixed address within it; it is there while there are gates, and asks the gate whose
 * domain the question names.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Router } from 'zeromq'
import { codeOf } from '../../errors/index.js'
import { WireError } from '../errors.js'
import { receiveEach } from '../socket.js'
import { zmq } from '../zmq.js'
import { keyText } from './z85.js'

const ADDRESS = 'inproc://zeromq.zap.01'
const VERSION = '1.0'
const BINDS_MAX = 50
const BIND_PAUSE_MS = 10

/** What is known of somebody who connects. */
export interface Asked {
  /** In Z85; that it has the other half is proved. */
  readonly publicKey: string
  /** Its IP address. */
  readonly address: string
}

/** Whether it gets in; `user` is for ZeroMQ's own books. */
export type Verdict = { readonly isIn: true; readonly user: string } | { readonly isIn: false }

/** Who decides for one socket. */
export interface Gatekeeper {
  judge(asked: Asked): Verdict
}

interface Handler {
  readonly socket: Router
  readonly opened: Promise<void>
}

const gates = new Map<string, Gatekeeper>()
let handler: Handler | null = null

/**
 * Let a gate be asked about a domain. Answers how to end that.
 *
 * @throws {WireError} ERR_WIRE_IN_USE if somebody else in this process handles ZAP.
 */
export async function addGate(domain: string, gate: Gatekeeper): Promise<() => void> {
  gates.set(domain, gate)
  const { opened } = (handler ??= open())
  const leave = (): void => {
    if (!gates.delete(domain) || gates.size > 0) return
    handler?.socket.close() // It would keep the process alive.
    handler = null
  }
  try {
    await opened
  } catch (cause) {
    leave()
    const message = `cannot decide about keys: another part of this process handles ZAP (${codeOf(cause)})`
    throw new WireError('ERR_WIRE_IN_USE', message, { cause })
  }
  return leave
}

function open(): Handler {
  const socket = new (zmq().Router)({ linger: 0 })
  const opened = bind(socket)
  opened.then(
    () =>
      receiveEach(socket, ([asker, end, ...question]) => {
        if (asker === undefined || end === undefined) return
        // Who has left in the meantime needs no answer.
        socket.send([asker, end, ...answerTo(question)] as Buffer[]).catch(() => undefined)
      }),
    () => undefined, // Whoever opens a gate hears it.
  )
  return { socket, opened }
}

/** A socket that was closed has its address until ZeroMQ's own thread has seen to it: wait for that, but not for another's. */
async function bind(socket: Router): Promise<void> {
  for (let left = BINDS_MAX; ; left--) {
    try {
      await socket.bind(ADDRESS)
      return
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE' || left === 1) throw error
      await sleep(BIND_PAUSE_MS)
    }
  }
}

/**
 * What is answered to a question of ZAP. Whatever goes wrong in a gate, nobody gets in by it.
 *
 * @example
 * const question = ['1.0', '1', 'no such domain', '192.0.2.1', '', 'CURVE', '\0'.repeat(32)].map((text) => Buffer.from(text))
 * assert.deepEqual(answerTo(question).map(String), ['1.0', '1', '400', 'no', '', ''])
 */
export function answerTo(question: readonly Uint8Array[]): (Buffer | string)[] {
  const [, id, domain, address, , mechanism, key] = question.map((frame) => Buffer.from(frame))
  const verdict = judge(String(domain), String(address), String(mechanism), key)
  return [
    VERSION,
    id ?? '',
    verdict.isIn ? '200' : '400',
    verdict.isIn ? 'ok' : 'no',
    verdict.isIn ? verdict.user : '',
    '',
  ]
}

function judge(domain: string, address: string, mechanism: string, key: Buffer | undefined): Verdict {
  const gate = gates.get(domain)
  if (gate === undefined || mechanism !== 'CURVE' || key?.length !== 32) return { isIn: false }
  try {
    return gate.judge({ publicKey: keyText(key), address })
  } catch {
    return { isIn: false } // Closed is the safe side; what a gate asks of files it tells itself.
  }
}
