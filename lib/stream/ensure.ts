/** What must be there before anything flows: the stream, and the consumer that remembers how far it was read. */
import type { StreamConfig, StreamInfo } from '@nats-io/jetstream'
import { DeadbeatError } from '../errors/index.js'
import type { MakingOptions } from './config.js'
import type { Link } from './session.js'

/** No use in trying again. */
export class StreamError extends DeadbeatError {}

/** A durable consumer, as it is asked for. */
export interface ConsumerWish {
  readonly stream: string
  readonly name: string
  /** Not set: all subjects. */
  readonly subject: string | null
  readonly ackWaitMs: number
  /**
   * Of one that nobody shares, in which term of its owner: it is made anew, and what is not acknowledged comes first, in order. The
   * term is part of its name, so that what an earlier owner still asks for is given to nobody. Null: it is shared.
   */
  readonly term: number | null
}

const NS = 1_000_000
const NO_CONSUMER = 10014
const NO_STREAM = 10059
const NAME_IN_USE = 10058
const EXISTS = [10148, 10013]

/** A stream as it is. */
export interface StreamFacts {
  /** When it was made, in ms since the Unix epoch. */
  readonly createdMs: number
  readonly replicas: number
}

/** A consumer as it is. */
export interface ConsumerFacts {
  readonly name: string
  /** When it was made, as the server writes it: another one of its name has another time. */
  readonly created: string
  readonly ackWaitMs: number
}

/**
 * Find a stream, or make it where that is wished.
 *
 * @throws {StreamError} ERR_NO_STREAM if it is missing, or is one in which none of the subjects ends.
 * @throws What the server refuses for now.
 */
export async function ensureStream(
  link: Link,
  stream: string,
  subjects: readonly string[],
  making: MakingOptions,
  server: string,
): Promise<StreamFacts> {
  const { create, retention, storage, replicas, messagesMax, duplicateWindowMs } = making
  const found = await findOrMake(link, stream, () => {
    if (!create) {
      const make = `nats stream add ${stream}${subjects.length > 0 ? ` --subjects ${subjects.join(',')}` : ''}`
      throw new StreamError(
        'ERR_NO_STREAM',
        `there is no stream ${stream} at ${server}: make it (${make}), or set create`,
      )
    }
    if (subjects.length === 0)
      throw new StreamError(
        'ERR_NO_STREAM',
        `there is no stream ${stream} at ${server}, and no subject says what to make it of: set subject`,
      )
    // Not max_bytes: nats-server 2.9 lets the oldest go all the same, as what it checks is less than what it stores.
    const limit = messagesMax === null ? {} : { max_msgs: messagesMax, discard: 'new' as const }
    const kept = { retention, storage, num_replicas: replicas, duplicate_window: duplicateWindowMs * NS }
    return { subjects: [...subjects], ...kept, ...limit }
  })
  return { createdMs: Date.parse(found.created), replicas: found.config.num_replicas }
}

/** A stream, made as it is wished where it is missing: another node may do so in the same moment. One that is there stays as it is. */
export async function findOrMake(
  { manager }: Link,
  name: string,
  wish: () => Partial<StreamConfig>,
): Promise<StreamInfo> {
  try {
    return await manager.streams.info(name)
  } catch (error) {
    if (apiCode(error) !== NO_STREAM) throw error
  }
  return manager.streams.add({ ...wish(), name }).catch((error: unknown) => {
    if (apiCode(error) !== NAME_IN_USE) throw error
    return manager.streams.info(name)
  })
}

/**
 * Find a durable consumer, or make it. One that is there stays as it is.
 *
 * @throws {StreamError} ERR_CONSUMER if it is of another kind.
 */
export async function ensureConsumer({ manager }: Link, wish: ConsumerWish): Promise<ConsumerFacts> {
  const { stream, subject, ackWaitMs, term } = wish
  const name = term === null ? wish.name : `${wish.name}-${term}`
  const config = {
    durable_name: name,
    ack_policy: 'explicit',
    deliver_policy: 'all',
    ack_wait: ackWaitMs * NS,
    max_ack_pending: -1, // Each node has a limit of its own: one that is slow must not stop the others.
    ...(subject === null ? {} : { filter_subject: subject }),
  }
  if (term !== null) {
    for await (const { name: earlier } of manager.consumers.list(stream))
      if (earlier.startsWith(`${wish.name}-`)) await manager.consumers.delete(stream, earlier).catch(passGone)
  }
  let info
  try {
    info = await manager.consumers.info(stream, name)
  } catch (error) {
    if (apiCode(error) !== NO_CONSUMER) throw error
    info = await manager.consumers.add(stream, config as never).catch(async (refusal: unknown) => {
      if (!EXISTS.includes(apiCode(refusal))) throw refusal
      return manager.consumers.info(stream, name)
    })
  }
  const { ack_policy, deliver_subject, filter_subject, ack_wait } = info.config as unknown as Record<string, unknown>
  const wrong = (rule: string, value: unknown): StreamError =>
    new StreamError(
      'ERR_CONSUMER',
      `the consumer ${name} of ${stream} must ${rule}: ${String(value)}; choose another name, or delete it`,
    )
  if (deliver_subject !== undefined) throw wrong('be one that is pulled from, and pushes to', deliver_subject)
  if (ack_policy !== 'explicit') throw wrong('have each message acknowledged, and its policy is', ack_policy)
  if (subject !== null && (filter_subject ?? '>') !== subject)
    throw wrong(`read ${subject}, and reads`, filter_subject ?? 'all')
  return { name, created: info.created, ackWaitMs: Number(ack_wait) / NS }
}

/** Another node deleted it in the same moment. */
function passGone(error: unknown): void {
  if (apiCode(error) !== NO_CONSUMER) throw error
}

/** The number of the server's refusal; 0 if it is none. */
export function apiCode(error: unknown): number {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'number' ? code : 0
}
