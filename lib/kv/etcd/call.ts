/**
 * One call to a member: a stream of HTTP/2, messages in gRPC's frames each way, and at its end a status.
 *
 * After https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md.
 */
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2'
import { toError } from '../../errors/index.js'
import { Code } from '../rpc/code.js'
import { framed, FrameReader, FrameTooLongError } from '../rpc/frames.js'

/** HTTP/2's codes for the end of a stream. Written here, as `node:http2` is loaded for the first connection only. */
const Http2Code = { none: 0, refused: 7, cancel: 8, calmDown: 11, insecure: 12 } as const

/** How a call ended. */
export interface CallStatus {
  /** gRPC's: 0 if it went well. */
  readonly code: number
  readonly details: string
  /** Whether the server may have got anything of it. */
  readonly wasSent: boolean
}

/** Whom a call tells. */
export interface CallListener {
  /** A message of the answer. */
  received(message: Buffer): void
  /** It is over, and nothing comes any more. Not told once it was cancelled. */
  ended(status: CallStatus): void
}

/** A call under way, or waiting for its connection. */
export class Call {
  /** Whether anything of it may have left. */
  wasSent = false
  private readonly headers: OutgoingHttpHeaders
  private readonly listener: CallListener
  private readonly reader: FrameReader
  private readonly unsent: Buffer[] = []
  private hasAll = false
  private session: ClientHttp2Session | null = null
  private stream: ClientHttp2Stream | null = null
  private httpStatus = 200
  private status: CallStatus | null = null
  private isOver = false
  private readonly whenOver: () => void

  /** `whenOver` is called at its end, however it came, before the listener. */
  constructor(
    headers: OutgoingHttpHeaders,
    answerBytesMax: number,
    listener: CallListener,
    whenOver = (): void => undefined,
  ) {
    this.headers = headers
    this.listener = listener
    this.whenOver = whenOver
    this.reader = new FrameReader(answerBytesMax, (message) => {
      if (!this.isOver) listener.received(message)
    })
  }

  /** Send a message, behind those before it; the last one ends what this side has to say. */
  send(message: Buffer, isLast = false): void {
    this.hasAll = isLast
    if (this.stream === null) this.unsent.push(framed(message))
    else this.write(this.stream, framed(message), isLast)
  }

  /** There is a connection for it. The listener is not told anything before this is back. */
  begin(session: ClientHttp2Session): void {
    let stream: ClientHttp2Stream
    try {
      stream = session.request(this.headers)
    } catch (error) {
      queueMicrotask(() => {
        this.refuse(toError(error).message)
      })
      return
    }
    this.wasSent = true
    this.session = session
    this.stream = stream
    this.listen(stream)
    const { unsent } = this
    const last = unsent.length - 1
    for (let i = 0; i <= last; i++) this.write(stream, unsent[i] as Buffer, this.hasAll && i === last)
    unsent.length = 0
  }

  /** There is no connection for it. */
  refuse(details: string): void {
    this.finish({ code: Code.unavailable, details, wasSent: false })
  }

  /** End it from this side. */
  cancel(): void {
    if (this.isOver) return
    this.over()
    this.stream?.close(Http2Code.cancel)
  }

  private write(stream: ClientHttp2Stream, frame: Buffer, isLast: boolean): void {
    if (isLast) stream.end(frame)
    else stream.write(frame)
  }

  private listen(stream: ClientHttp2Stream): void {
    stream.on('response', (headers) => {
      this.httpStatus = headers[':status'] ?? 0
      this.readStatus(headers)
    })
    stream.on('trailers', (headers: IncomingHttpHeaders) => {
      this.readStatus(headers)
    })
    stream.on('data', (piece: Buffer) => {
      this.read(piece)
    })
    stream.on('end', () => {
      if (this.status !== null) this.finish(this.status)
    })
    stream.on('error', () => undefined) // Its end follows, and tells.
    stream.on('close', () => {
      this.finish(this.status ?? this.statusWithout(stream))
    })
  }

  private read(piece: Buffer): void {
    if (this.isOver) return
    try {
      this.reader.push(piece)
    } catch (error) {
      const code = error instanceof FrameTooLongError ? Code.exhausted : Code.internal
      this.finish({ code, details: toError(error).message, wasSent: true })
    }
  }

  private readStatus(headers: IncomingHttpHeaders): void {
    const code = headers['grpc-status']
    if (code === undefined) return
    this.status = { code: Number(code), details: textOf(headers['grpc-message']), wasSent: true }
    // All that was said before has been taken: nothing of a stream that flows waits.
    if (this.stream?.readableLength === 0) this.finish(this.status)
  }

  /** What the end of a stream means that said nothing of gRPC. */
  private statusWithout({ rstCode }: ClientHttp2Stream): CallStatus {
    if (this.httpStatus !== 200) {
      const code = CODE_OF_HTTP[this.httpStatus] ?? Code.unknown
      return { code, details: `the server answered as HTTP ${this.httpStatus}`, wasSent: true }
    }
    if (rstCode === Http2Code.refused) {
      return { code: Code.unavailable, details: 'the server takes no more calls on this connection', wasSent: false }
    }
    const isCut = this.session?.closed === true || this.session?.destroyed === true
    if (isCut) return { code: Code.unavailable, details: 'the connection broke', wasSent: true }
    const [code, details] = ENDS[rstCode] ?? [Code.internal, `the server ended it by HTTP/2's code ${rstCode}`]
    return { code, details, wasSent: true }
  }

  private finish(status: CallStatus): void {
    if (this.isOver) return
    this.over()
    // The server may say nothing more for good or ill, while this side would go on; or what came was not gRPC.
    if (!this.hasAll || this.status === null) this.stream?.close(Http2Code.cancel)
    this.listener.ended(status)
  }

  private over(): void {
    this.isOver = true
    this.whenOver()
  }
}

const CODE_OF_HTTP: Record<number, number | undefined> = {
  400: Code.internal,
  401: Code.unauthenticated,
  403: Code.denied,
  404: Code.unimplemented,
  429: Code.unavailable,
  502: Code.unavailable,
  503: Code.unavailable,
  504: Code.unavailable,
}

const ENDS: Record<number, readonly [code: number, details: string] | undefined> = {
  [Http2Code.none]: [Code.internal, 'it ended without a status'],
  [Http2Code.cancel]: [Code.cancelled, 'the server cancelled it'],
  [Http2Code.calmDown]: [Code.exhausted, 'Bandwidth exhausted'],
  [Http2Code.insecure]: [Code.denied, 'the connection is not secure enough'],
}

/** A header's text, which has what isn't ASCII as percent signs and digits. */
function textOf(header: string | string[] | undefined): string {
  const text = String(header ?? '')
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
