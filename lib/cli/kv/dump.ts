/**
 * A part of a store as a file: what `export` writes and `import` reads. Values come back to the byte. What is JSON in
 * one of the two layouts that programs write, without blanks or indented by two, is JSON in the file, too, so that it can
 * be read and compared; other text is text; other bytes are base64.
 */
import { describeValue } from '../../errors/index.js'
import { leaseText, NO_LEASE, type LeaseId } from '../../kv/engine/lease-id.js'
import { checkPath } from '../../kv/path.js'
import { KV_EXIT } from './exits.js'
import { KvCommandError } from './kv-command-error.js'
import { jsonOf, textOf } from './show.js'
import { isIn } from './subtree.js'

/** A value in the file. */
export type DumpValue =
  { readonly json: object; readonly indent?: 0 } | { readonly text: string } | { readonly base64: string }

/** A key in the file. */
export type DumpEntry = DumpValue & {
  /** The lease that it went with, as etcdctl writes it. Not there: none. */
  readonly lease?: string
}

/** The file. */
export interface Dump {
  readonly format: 'deadbeat-kv'
  readonly version: 1
  /** What was exported: this key and all that lies below it; `/` is everything. */
  readonly path: string
  /** As of this revision. */
  readonly revision: number
  readonly keys: Readonly<Record<string, DumpEntry>>
}

/** A key of a file that was read. */
export interface DumpedKey {
  readonly path: string
  readonly value: Uint8Array
  readonly isLeased: boolean
}

/** A file that was read. */
export interface ReadDump {
  readonly path: string
  readonly keys: readonly DumpedKey[]
}

const FORMAT = 'deadbeat-kv'
const VERSION = 1

/**
 * A value and its lease as an entry of the file.
 *
 * @example
 * assert.deepEqual(dumpEntry(Buffer.from('{"a":1}'), 0n), { json: { a: 1 }, indent: 0 })
 * assert.deepEqual(dumpEntry(Buffer.from('{ "a": 1 }'), 0n), { text: '{ "a": 1 }' })
 */
export function dumpEntry(value: Uint8Array, lease: LeaseId): DumpEntry {
  return { ...dumpValue(value), ...(lease === NO_LEASE ? {} : { lease: leaseText(lease) }) }
}

function dumpValue(value: Uint8Array): DumpValue {
  const text = textOf(value)
  if (text === null) return { base64: Buffer.from(value).toString('base64') }
  const json = jsonOf(text)
  if (json === undefined) return { text }
  if (JSON.stringify(json, null, 2) === text) return { json }
  return JSON.stringify(json) === text ? { json, indent: 0 } : { text }
}

/** The file of some keys. */
export function dumpOf(path: string, revision: number, keys: Iterable<readonly [path: string, DumpEntry]>): Dump {
  return { format: FORMAT, version: VERSION, path, revision, keys: Object.fromEntries(keys) }
}

/**
 * What a file says, once it was parsed.
 *
 * @throws {KvCommandError} If it is no such file, one of a newer version, or something in it makes no sense; the message
 * says what and where.
 */
export function readDump(name: string, parsed: unknown): ReadDump {
  const refuse = (what: string): never => {
    throw new KvCommandError(`${name} can't be imported: ${what}`, KV_EXIT.wrongData)
  }
  if (!isObject(parsed) || parsed['format'] !== FORMAT) {
    return refuse(`it must be what export writes, with "format": "${FORMAT}"`)
  }
  const { version, path = '/', keys } = parsed
  if (version !== VERSION) {
    const newer = typeof version === 'number' && version > VERSION ? ', from a newer Deadbeat: import it with that' : ''
    return refuse(`"version" must be ${VERSION}: it is ${describeValue(version)}${newer}`)
  }
  if (typeof path !== 'string' || !path.startsWith('/'))
    return refuse(`"path" must be a path: it is ${describeValue(path)}`)
  if (!isObject(keys)) return refuse(`"keys" must be an object: it is ${describeValue(keys)}`)
  const tree = path.replace(/\/$/, '')
  const read = Object.entries(keys).map(([its, entry]): DumpedKey => {
    try {
      checkPath(its, 'strict')
    } catch (error) {
      return refuse((error as Error).message)
    }
    if (!isIn(tree, its)) refuse(`${its} does not lie in ${path}, which is what the file is about`)
    const value = isObject(entry) ? bytesOf(entry) : null
    if (value === null)
      return refuse(`${its} must have one of "json", "text" and "base64": it is ${describeValue(entry)}`)
    return { path: its, value, isLeased: isObject(entry) && entry['lease'] !== undefined }
  })
  return { path, keys: read }
}

function bytesOf(entry: Readonly<Record<string, unknown>>): Uint8Array | null {
  const { json, text, base64, indent = 2 } = entry
  if ([json, text, base64].filter((one) => one !== undefined).length !== 1) return null
  if (typeof text === 'string') return Buffer.from(text, 'utf8')
  if (typeof base64 === 'string' && BASE64.test(base64)) return Buffer.from(base64, 'base64')
  if (json === undefined || (indent !== 2 && indent !== 0)) return null
  return Buffer.from(JSON.stringify(json, null, indent), 'utf8')
}

const BASE64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
