/**
 * What is said on the control socket: one JSON object a line, both ways.
 *
 *     → {"id":1,"op":"get","pattern":"Dedupe.*"}
 *     ← {"id":1,"value":{"Dedupe.windowMs":60000}}
 *     → {"id":2,"op":"watch","pattern":"train.inFlight"}
 *     ← {"id":2,"key":"train.inFlight","value":3,"timeMs":1767323045678}     any number of these
 *     → {"id":3,"op":"cancel","watch":2}
 *     ← {"id":2,"done":true}
 *     ← {"id":3,"value":null}
 *
 * Requests may be under way side by side. A fault is answered by `{"id":1,"error":{"name":…,"code":…,"message":…}}`.
 */

/** What can be asked: by name, with what it needs besides `id` and `op`. */
export const OPS = {
  ping: [],
  describe: ['pattern'],
  methods: [],
  get: ['pattern'],
  set: ['key', 'value'],
  watch: ['pattern'],
  cancel: ['watch'],
  call: ['method'],
  reload: [],
  stop: [],
} as const

/** The name of something that can be asked. */
export type Op = keyof typeof OPS

/** One line of a client. */
export interface Request {
  /** Any number that no other request under way has. */
  readonly id: number
  readonly op: Op
  /** Of item keys, with `*` and `?`. */
  readonly pattern?: string
  readonly key?: string
  readonly value?: unknown
  readonly method?: string
  /** A method's arguments by their names. */
  readonly named?: Readonly<Record<string, unknown>>
  /** The id of the watch that is to end. */
  readonly watch?: number
}

/** One line of the daemon. */
export interface Answer {
  readonly id: number | null
  readonly value?: unknown
  /** In what a watch tells. */
  readonly key?: string
  readonly timeMs?: number
  /** How many updates were left out before this one, as the client didn't read. */
  readonly missed?: number
  /** The last answer of a watch. */
  readonly done?: true
  readonly error?: { readonly name: string; readonly code: string; readonly message: string }
}

/** A line may not be longer, in characters. */
export const LINE_MAX = 1_048_576

/**
 * A line as a request.
 *
 * @throws {TypeError} If it is none; the message says what is wrong with it.
 */
export function requestOf(line: string): Request {
  let request: unknown
  try {
    request = JSON.parse(line)
  } catch {
    throw new TypeError('a request must be one JSON object on one line: this is no JSON')
  }
  if (typeof request !== 'object' || request === null || Array.isArray(request))
    throw new TypeError('a request must be one JSON object on one line')
  const { id, op } = request as Partial<Request>
  if (typeof id !== 'number' || !Number.isSafeInteger(id))
    throw new TypeError('a request must have an id, a whole number')
  if (typeof op !== 'string' || !Object.hasOwn(OPS, op))
    throw new TypeError(`op must be one of ${Object.keys(OPS).join(', ')}: it is ${JSON.stringify(op)}`)
  for (const name of OPS[op]) {
    const given = (request as Record<string, unknown>)[name]
    if (given === undefined) throw new TypeError(`${op} needs ${name}`)
    const type = name === 'watch' ? 'number' : 'string'
    if (name !== 'value' && typeof given !== type) throw new TypeError(`${name} of ${op} must be a ${type}`)
  }
  return request as Request
}
