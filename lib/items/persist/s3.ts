/**
 * Saved values in a store that speaks as S3 does: an object of each daemon, written only on the condition that it is what
 * was written last (`If-Match`). A daemon writes it when it starts, too: so one that had it before, and goes on elsewhere,
 * finds that out with its next save and overwrites nothing. The object is a document as in a file; under the empty key,
 * which no item has, stands whose it is and how often it was saved, so that no two are alike.
 */
import { createHash, randomUUID } from 'node:crypto'
import { DeadbeatError, toError } from '../../errors/index.js'
import { awsPath, signAws, type AwsKeys } from '../../net/aws-signature.js'
import { Backoff } from '../../net/backoff.js'
import { HttpClient, type HttpAnswer } from '../../net/http-client.js'
import type { EventLoop } from '../../movement/index.js'
import type { Logger } from '../../movement/logger.js'
import { formatDocument, parseDocument } from './document.js'
import { fileNameOf } from './file-name.js'
import type { Persistence, Place } from './persistence.js'

/** Which store it is, and where in it. */
export interface S3Options {
  readonly esc: EventLoop
  readonly log: Logger
  /** Its address: `https://s3.eu-central-1.amazonaws.com`, `http://127.0.0.1:9000`. */
  readonly url: string
  readonly region: string
  readonly bucket: string
  /** What the names of all objects begin with. */
  readonly prefix: string
  readonly keys: AwsKeys
  /** How long an answer may take. */
  readonly timeoutMs: number
  /** How often a request that failed is sent again, after a pause, if that may help. */
  readonly retriesMax: number
  /** How long an object may be, in bytes. */
  readonly objectBytesMax: number
}

interface Question {
  readonly method: 'GET' | 'PUT'
  readonly name: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
}

const RETRY_MS = 200
const RETRY_MAX_MS = 5000
/** How often it is looked again what is there where a condition failed. */
const LOOKS_MAX = 3
/** Of errors that pass by themselves, besides those of the server. */
const PASSING = [408, 409, 429]
/** The key under which stands whose object it is. */
const OWN = ''

/** One daemon's object. */
export class S3Persistence implements Persistence {
  readonly name: string
  readonly #options: S3Options
  readonly #client: HttpClient
  readonly #base: string
  readonly #run = randomUUID()
  readonly #uuid: string
  #values = new Map<string, string>()
  /** Of the object as it was written last; null: there is none. */
  #etag: string | null = null
  #saves = 0
  /** What was sent and not answered: it may be there. */
  #sent = new Set<string>()

  constructor({ store, alias, uuid }: Place, options: S3Options) {
    this.#options = options
    this.#uuid = uuid
    this.#client = new HttpClient(options.esc, options.url, null)
    this.#base = `${options.prefix}${fileNameOf(store)}/${fileNameOf(alias)}`
    this.name = `${options.url.replace(/\/$/, '')}/${options.bucket}/${this.#base}.values`
  }

  async load(): Promise<ReadonlyMap<string, string>> {
    const found = await this.#read()
    const values = found === null ? new Map<string, string>() : parseDocument(found.bytes, this.name)
    this.#etag = found?.etag ?? null
    if (values === null) await this.#keepDamaged(found?.bytes ?? Buffer.alloc(0))
    values?.delete(OWN)
    await this.#write(values ?? new Map<string, string>())
    await this.#tryConditions()
    return new Map(this.#values)
  }

  async save(changes: ReadonlyMap<string, string>): Promise<void> {
    await this.#write(new Map([...this.#values, ...changes]))
  }

  async putAside(key: string, why: string): Promise<string> {
    const name = `${this.#base}.aside/${fileNameOf(key)}`
    const body = Buffer.from(JSON.stringify({ why, text: this.#values.get(key) ?? null }))
    this.#requireDone(await this.#ask({ method: 'PUT', name, body }))
    const values = new Map(this.#values)
    values.delete(key)
    await this.#write(values)
    return this.name.replace(/\.values$/, `.aside/${fileNameOf(key)}`)
  }

  close(): Promise<void> {
    this.#client.close()
    return Promise.resolve()
  }

  async #read(): Promise<{ readonly bytes: Buffer; readonly etag: string } | null> {
    const answer = await this.#ask({ method: 'GET', name: `${this.#base}.values` })
    if (answer.status === 404 && codeIn(answer) !== 'NoSuchBucket') return null
    this.#requireDone(answer)
    const { objectBytesMax } = this.#options
    if (answer.size > objectBytesMax) {
      const message = `${this.name} must have at most objectBytesMax (${objectBytesMax}) bytes: it has ${answer.size}`
      throw new DeadbeatError('ERR_PERSIST', message)
    }
    return { bytes: answer.bytes, etag: answer.headers.etag ?? '' }
  }

  /** Write the object if it is what was written last, or sent last. */
  async #write(values: Map<string, string>): Promise<void> {
    this.#saves += 1
    const body = this.#body(values)
    const { objectBytesMax } = this.#options
    if (body.length > objectBytesMax) {
      const message = `${this.name} must have at most objectBytesMax (${objectBytesMax}) bytes: it would have ${body.length}`
      throw new DeadbeatError('ERR_PERSIST', message)
    }
    const hash = hashOf(body)
    for (let look = 0; look <= LOOKS_MAX; look++) {
      const condition: Record<string, string> =
        this.#etag === null ? { 'if-none-match': '*' } : { 'if-match': this.#etag }
      this.#sent.add(hash)
      const answer = await this.#ask({ method: 'PUT', name: `${this.#base}.values`, headers: condition, body })
      if (answer.status !== 412 && !(answer.status === 404 && this.#etag !== null)) {
        this.#requireDone(answer)
        this.#done(values, answer.headers.etag ?? '')
        return
      }
      const found = await this.#read()
      const foundHash = found === null ? null : hashOf(found.bytes)
      if (found !== null && foundHash === hash) {
        this.#done(values, found.etag)
        return
      }
      if (foundHash !== null && !this.#sent.has(foundHash)) throw this.#taken()
      this.#etag = found?.etag ?? null // That of one whose outcome was not told; or somebody removed it.
    }
    throw new DeadbeatError('ERR_PERSIST', `${this.name} is never what the store says that it is: its conditions fail`)
  }

  /** Ask for what must be refused: a store that does it all the same keeps no two daemons apart, and that is told. */
  async #tryConditions(): Promise<void> {
    const body = this.#body(this.#values)
    const headers = { 'if-match': '"no object has this"' }
    const answer = await this.#ask({ method: 'PUT', name: `${this.#base}.values`, headers, body })
    if (answer.status === 412) return
    this.#requireDone(answer)
    this.#etag = answer.headers.etag ?? ''
    this.#options.log.warn(
      `${this.name}: this store knows no If-Match, so that two daemons of one name would overwrite each other's values`,
    )
  }

  #body(values: ReadonlyMap<string, string>): Buffer {
    const own = JSON.stringify({ uuid: this.#uuid, run: this.#run, saves: this.#saves })
    return formatDocument([[OWN, own], ...values])
  }

  #done(values: Map<string, string>, etag: string): void {
    this.#values = values
    this.#etag = etag
    this.#sent.clear()
  }

  #taken(): DeadbeatError {
    const message = `${this.name} was written by another daemon meanwhile: nothing is saved there any more. Stop that one, or give this one a prefix of its own`
    return new DeadbeatError('ERR_IN_USE', message)
  }

  async #keepDamaged(bytes: Buffer): Promise<void> {
    const name = `${this.#base}.${hashOf(bytes).slice(0, 8)}.damaged`
    this.#requireDone(await this.#ask({ method: 'PUT', name, body: bytes }))
    const { log, bucket } = this.#options
    log.warn(`${this.name} is damaged: it is kept as ${bucket}/${name}, and the items begin with their usual values`)
  }

  async #ask(question: Question): Promise<HttpAnswer> {
    const { esc, retriesMax } = this.#options
    const backoff = new Backoff({ retryMs: RETRY_MS, retryMaxMs: RETRY_MAX_MS })
    for (let retry = 0; ; retry++) {
      try {
        const answer = await this.#askOnce(question)
        const isPassing = answer.status >= 500 || PASSING.includes(answer.status)
        if (!isPassing || retry >= retriesMax) return answer
      } catch (cause) {
        if (retry >= retriesMax)
          throw new DeadbeatError('ERR_PERSIST', `${this.name} can't be reached: ${toError(cause).message}`, { cause })
      }
      await new Promise<void>((resolve) => void esc.after(backoff.nextMs(), resolve))
    }
  }

  #askOnce({ method, name, headers = {}, body = Buffer.alloc(0) }: Question): Promise<HttpAnswer> {
    const { esc, url: base, bucket, keys, region, timeoutMs, objectBytesMax } = this.#options
    const url = new URL(awsPath(`${bucket}/${name}`), base)
    const signed = signAws({ method, url, headers, body }, { keys, region, wallMs: esc.wall() })
    return this.#client.ask({ method, url, headers: signed, body, timeoutMs, answerMax: objectBytesMax })
  }

  #requireDone(answer: HttpAnswer): void {
    if (answer.status === 200) return
    const told = /<Message>([^<]*)/.exec(answer.text)?.[1] ?? ''
    const why = [`${answer.status}`, codeIn(answer), told].filter((part) => part !== '').join(' ')
    throw new DeadbeatError('ERR_PERSIST', `${this.name} can't be read or written: ${why}`)
  }
}

function codeIn({ text }: HttpAnswer): string {
  return /<Code>([^<]*)/.exec(text)?.[1] ?? ''
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
