/** The base of supplies from streams: what a message becomes is another's work. */
import { SourceError, Supply, codeOf, type Json, type Ticket, type Winder } from '../movement/index.js'
import { DeadbeatError, describeValue, requireAtLeast, toError } from '../errors/index.js'
import type { Claim } from './claim.js'
import { StreamError, ensureConsumer, ensureStream } from './ensure.js'
import { Puller, type StreamMessage } from './puller.js'
import { SequenceSet } from './sequence-set.js'
import { NatsSession, type Link } from './session.js'
import type { StreamSupplyOptions } from './stream-supply-config.js'

/** A message's origin in the train. */
export interface StreamOrigin {
  readonly message: StreamMessage
  readonly isPoison: boolean
}

/** How far a supply from a stream has got. */
export interface StreamSupplyProgress {
  /** How many messages are under way here. */
  readonly underWay: number
  /** How many waited in the stream for whoever reads as this consumer, when the last one came. */
  readonly pending: number
  /** How many came more than once: since somebody died, stood still for too long, or gave them back. */
  readonly redelivered: number
  /** How many went to the dead letters because they were delivered too often. */
  readonly poisoned: number
  /** Behind a cut with keys: the node, process and run that has the partition; null: nobody yet. */
  readonly owner?: string | null
}

/** How many ranges of messages that are through are remembered: one that comes again is acknowledged again. */
const RANGES_MAX = 10_000

/**
 * The base. A message is acknowledged once all that came of it is over, and where there are check-points, once one knows of
 * it: so a file that is cut back to its check-point gets each message once, as long as nobody else reads from the consumer.
 */
export abstract class StreamSupply<Out, Options extends StreamSupplyOptions> extends Supply<
  Out,
  Options,
  StreamOrigin
> {
  /** By which this node alone has the consumer, so that what is not acknowledged comes first, in order; null: it is shared. */
  protected readonly claim: Claim | null = null
  protected readonly session: NatsSession
  private readonly puller: Puller
  /** What came while the train was full. */
  private waiting: StreamMessage[] = []
  /** What went into the train, in this run and in those that check-points tell of. */
  private readonly given = new SequenceSet(RANGES_MAX)
  /** Which stream and consumer these are of. */
  private born = ''
  private createdMs = 0
  /** What is over and not acknowledged. */
  private over: StreamOrigin[] = []
  private isAsking = false
  private poisoned = 0

  constructor(train: Winder, options: Options) {
    super(train, options)
    requireAtLeast(1, this.options, 'inFlightMax', 'retryMs', 'retryMaxMs', 'replicas')
    requireAtLeast(0, this.options, 'deliveriesMax')
    const { esc, log } = this.train
    this.session = new NatsSession(esc, log, this.options, {
      connected: (link) => this.connected(link),
      lost: () => {
        this.claim?.disconnected()
        this.puller.lost()
      },
    })
    this.puller = new Puller(esc, log, this.options, {
      arrived: (message) => this.arrived(message),
      broken: (error) => this.session.break(error),
    })
  }

  /** A message as a datum. */
  protected abstract dataOf(message: StreamMessage): Out

  /** What the stream is made of, if it has to be. */
  protected subjectsOfStream(): readonly string[] {
    const { subject } = this.options
    return subject === null ? [] : [subject]
  }

  /** How many messages came more than once. */
  get redelivered(): number {
    return this.puller.redelivered
  }

  progress(): StreamSupplyProgress {
    const { underWay, pending, redelivered } = this.puller
    const owner = this.claim === null ? {} : { owner: this.claim.owner }
    return { underWay: underWay.size, pending, redelivered, poisoned: this.poisoned, ...owner }
  }

  async start(): Promise<void> {
    try {
      await this.session.open(this.constructor.name)
    } catch (error) {
      throw sourceError(toError(error))
    }
  }

  async finish(): Promise<void> {
    const closed = this.puller.close()
    for (const message of this.waiting.splice(0)) this.puller.giveBack(message)
    await closed
  }

  /** What is over by then is acknowledged before the connection ends. */
  done(): void {
    this.isAsking = false
    this.tellOver()
    this.puller.release()
    const { redelivered } = this
    if (redelivered > 0) this.train.log.info({ redelivered }, `${redelivered} messages came more than once`)
    void (this.claim?.release() ?? Promise.resolve()).then(() => this.session.close())
  }

  override pause(): void {
    super.pause()
    this.puller.pause()
  }

  override resume(): void {
    super.resume()
    while (this.waiting.length > 0 && !this.isFull()) this.give(this.waiting.shift() as StreamMessage)
    if (!this.isFull()) this.puller.resume()
  }

  override acknowledge({ origin }: Ticket<StreamOrigin>): void {
    this.over.push(origin)
    if (this.over.length === 1) queueMicrotask(() => this.tellOver())
  }

  override original({ origin }: Ticket<StreamOrigin>): Uint8Array | null {
    const { reply, data } = origin.message
    return reply === '' ? null : data
  }

  override identity({ origin }: Ticket<StreamOrigin>): string | null {
    const { sequence, messageId } = origin.message
    if (this.options.identity === 'messageId' && messageId !== null) return messageId
    return `${this.options.stream}:${this.createdMs.toString(36)}:${sequence}`
  }

  override mark(): Json {
    const { stream, consumer } = this.options
    return { version: 1, stream, consumer, born: this.born, createdMs: this.createdMs, done: this.given.ranges() }
  }

  /** @throws {SourceError} With code ERR_MARK, if the mark is none. */
  override continueFrom(mark: Json): void {
    try {
      const { version, stream, consumer, born, createdMs, done } = (mark ?? {}) as Record<string, unknown>
      if (version !== 1 || typeof born !== 'string' || typeof createdMs !== 'number')
        throw new DeadbeatError('ERR_MARK', `the mark of a stream must be of version 1: it is ${describeValue(mark)}`)
      if (stream !== this.options.stream || consumer !== this.options.consumer) return
      this.given.restore(done)
      Object.assign(this, { born, createdMs })
    } catch (error) {
      throw sourceError(toError(error))
    }
  }

  override originMark({ message, isPoison }: StreamOrigin): Json {
    return { sequence: message.sequence, messageId: message.messageId, isPoison }
  }

  /** Known again, without its content: what came of it goes on, and the message itself was acknowledged or will be. */
  override originAgain(origin: Json): StreamOrigin {
    const { sequence, messageId, isPoison } = origin as {
      sequence: number
      messageId: string | null
      isPoison: boolean
    }
    const { stream } = this.options
    const message = { stream, sequence, messageId, subject: '', data: Buffer.alloc(0), deliveries: 0, reply: '' }
    return { message, isPoison }
  }

  /** The server gives it again, since it was not acknowledged: then it goes into the train. */
  override supplyAgain(origin: Json): void {
    this.given.delete((origin as { sequence: number }).sequence)
  }

  private async connected(link: Link): Promise<void> {
    const { stream } = this.options
    try {
      const found = await ensureStream(link, stream, this.subjectsOfStream(), this.options, this.session.name)
      this.createdMs = found.createdMs
      if (this.claim === null) await this.pull(link)
      else await this.claim.connected(link)
    } catch (error) {
      if (!(error instanceof StreamError)) throw error
      this.train.fail(sourceError(error))
    }
  }

  protected async pull(link: Link): Promise<void> {
    const { stream, consumer, subject, ackWaitMs } = this.options
    const term = this.claim?.term ?? null
    const facts = await ensureConsumer(link, { stream, name: consumer, subject, ackWaitMs, term })
    if (this.session.link !== link || (this.claim?.term ?? null) !== term) return
    const born = `${this.createdMs} ${term === null ? facts.created : ''}`
    // Another stream of this name counts anew; another consumer is to give everything again.
    if (this.born !== '' && this.born !== born) this.given.restore([])
    this.born = born
    this.puller.connected(link, facts.name, facts.ackWaitMs)
  }

  /** Somebody else may have the consumer from now on, and be given what waits here. */
  protected unclaimed(): void {
    this.puller.lost()
    for (const message of this.waiting.splice(0)) this.puller.forget(message)
  }

  private arrived(message: StreamMessage): boolean {
    if (this.given.has(message.sequence)) return false
    if (this.paused || this.waiting.length > 0) this.waiting.push(message)
    else this.give(message)
    return true
  }

  private give(message: StreamMessage): void {
    const { deliveriesMax, stream } = this.options
    const isPoison = deliveriesMax > 0 && message.deliveries > deliveriesMax
    this.given.add(message.sequence)
    const ticket = this.open({ message, isPoison }, 1, message.data.length)
    this.begin(ticket)
    if (isPoison) {
      this.poisoned += 1
      const text = `message ${message.sequence} of ${stream} was delivered ${message.deliveries} times and never acknowledged: deliveriesMax is ${deliveriesMax}`
      this.train.refuse(new DeadbeatError('ERR_POISON', text), message.data.toString())
    } else this.putDataOf(message)
    this.end(ticket)
  }

  private putDataOf(message: StreamMessage): void {
    let data: Out
    try {
      data = this.dataOf(message)
    } catch (error) {
      this.train.refuse(toError(error), message.data.toString())
      return
    }
    this.put(data)
  }

  /** A question of its own, for the answer changes while data are put. */
  private isFull(): boolean {
    return this.paused
  }

  /** Acknowledge what is over, once a check-point knows of it; at once where there are none. */
  private tellOver(): void {
    if (this.isAsking || this.over.length === 0) return
    this.isAsking = true
    const count = this.over.length
    this.train.checkpoint((isStored) => {
      this.isAsking = false
      if (isStored) {
        for (const { message, isPoison } of this.over.splice(0, count)) this.puller.over(message, isPoison)
        this.tellOver()
      } else this.train.esc.after(this.options.retryMs, () => this.tellOver())
    })
  }
}

function sourceError(error: Error): SourceError {
  return new SourceError(codeOf(error) || 'EIO', error.message, { cause: error })
}
