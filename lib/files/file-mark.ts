/** How far files were read, as JSON: what a later run needs to find them and to go on. */
import { DeadbeatError, describeValue } from '../errors/index.js'
import { FINGERPRINT_MAX } from './fingerprint.js'

/** What tells a file's content from every other. */
export type ContentMark = {
  /** The name that it was found under. */
  readonly path: string
  /** Device and inode. */
  readonly id: string
  /** When it was born, in ns since the Unix epoch; 0 if the file system doesn't tell. */
  readonly birth: string
  /** When it was last written to before it was begun, in ns: what is older was never a part of it. */
  readonly since: string
  /** Its fingerprint. */
  readonly hash: string
  readonly length: number
  /** Whether it is compressed: then fingerprint and offsets are those of what it unpacks to. */
  readonly packed?: true
}

/** How far one file was read. */
export type FileMark = ContentMark & {
  /** Where the first line begins that was not put. */
  readonly offset: number
  /** The largest size that was seen, if that is more. */
  readonly size?: number
  /** Whether another file has its name since. */
  readonly rotated?: true
  /** Whether it was read to its end and nothing more is wanted of it. */
  readonly over?: true
}

/** How far all files of a supply were read. */
export type FilesMark = {
  readonly version: 1
  /** The names and patterns that it was told to read. */
  readonly filenames: readonly string[]
  /** The files; those of one name stand in the order in which they had it. */
  readonly files: readonly FileMark[]
  /** Of a batch, the paths that were still to be begun. */
  readonly waiting?: readonly string[]
}

/** A range of a file. */
export type RangeMark = ContentMark & {
  readonly start: number
  readonly end: number
  /** Whether it is one line that was too long. */
  readonly long?: true
}

const VERSION = 1
const WHOLE = 'a whole number of at least 0'

/**
 * What a supply of files wrote as its mark.
 *
 * @throws {DeadbeatError} With code ERR_MARK, if it is none; the message names what is wrong, and how it is.
 */
export function readFilesMark(json: unknown): FilesMark {
  const mark = new Fields('the mark of the files', '', json)
  if (mark.whole('version') !== VERSION) throw mark.wrong('version', `${VERSION}, all that this program can read`)
  mark.list('filenames').forEach((name, i) => {
    if (typeof name !== 'string') throw mark.wrong(`filenames[${i}]`, 'a text', name)
  })
  mark.list('files').forEach((file, i) => checkFile(new Fields(mark.what, `files[${i}]`, file)))
  if (mark.has('waiting')) mark.list('waiting').forEach((path, i) => checkPath(mark, `waiting[${i}]`, path))
  return json as FilesMark
}

/**
 * What a supply of files wrote as an origin.
 *
 * @throws {DeadbeatError} With code ERR_MARK, if it is none; the message names what is wrong, and how it is.
 */
export function readRangeMark(json: unknown): RangeMark {
  const mark = new Fields('the mark of a range', '', json)
  checkContent(mark)
  const start = mark.whole('start')
  if (mark.whole('end') < start) throw mark.wrong('end', `at least start (${start})`)
  mark.flag('long')
  return json as RangeMark
}

function checkFile(mark: Fields): void {
  checkContent(mark)
  const offset = mark.whole('offset')
  if (mark.has('size') && mark.whole('size') < offset) throw mark.wrong('size', `at least offset (${offset})`)
  mark.flag('rotated')
  mark.flag('over')
}

function checkContent(mark: Fields): void {
  checkPath(mark, 'path', mark.get('path'))
  mark.matches('id', /^\d+:\d+$/, 'device:inode')
  mark.matches('birth', /^\d+$/, 'a text of digits')
  mark.matches('since', /^\d+$/, 'a text of digits')
  const length = mark.whole('length')
  if (length > FINGERPRINT_MAX) throw mark.wrong('length', `at most ${FINGERPRINT_MAX}`)
  if (length === 0) mark.matches('hash', /^$/, 'empty, as length is 0')
  else mark.matches('hash', /^[\w-]{16}$/, '16 letters, digits, _ or -')
  mark.flag('packed')
}

function checkPath(mark: Fields, name: string, path: unknown): void {
  if (typeof path !== 'string' || !path.startsWith('/')) throw mark.wrong(name, 'an absolute path', path)
}

/** The fields of an object that came from JSON, each of which may be wrong. */
class Fields {
  /** What is read, for messages. */
  readonly what: string
  private readonly where: string
  private readonly object: Readonly<Record<string, unknown>>

  constructor(what: string, where: string, json: unknown) {
    this.what = what
    this.where = where
    this.object = (json ?? {}) as Readonly<Record<string, unknown>>
    if (typeof json !== 'object' || json === null || Array.isArray(json))
      throw this.wrong('', 'an object of JSON', json)
  }

  has(name: string): boolean {
    return Object.hasOwn(this.object, name)
  }

  get(name: string): unknown {
    return this.has(name) ? this.object[name] : undefined
  }

  whole(name: string): number {
    const value = this.get(name)
    if (!Number.isSafeInteger(value) || (value as number) < 0) throw this.wrong(name, WHOLE)
    return value as number
  }

  matches(name: string, pattern: RegExp, rule: string): void {
    const value = this.get(name)
    if (typeof value !== 'string' || !pattern.test(value)) throw this.wrong(name, rule)
  }

  flag(name: string): void {
    if (this.has(name) && this.get(name) !== true) throw this.wrong(name, 'true, or not be there')
  }

  list(name: string): readonly unknown[] {
    const value = this.get(name)
    if (!Array.isArray(value)) throw this.wrong(name, 'a list')
    return value as readonly unknown[]
  }

  /** An error that says which field breaks which rule, and with what. */
  wrong(name: string, rule: string, value: unknown = this.get(name)): DeadbeatError {
    const field = [this.where, name].filter((part) => part !== '').join('.')
    const subject = field === '' ? 'it' : field
    return new DeadbeatError(
      'ERR_MARK',
      `${this.what} can't be read: ${subject} must be ${rule}: it is ${describeValue(value)}`,
    )
  }
}
