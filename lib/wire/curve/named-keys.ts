/** The public keys in one directory, read again when they were changed. */
import { readdirSync, readFileSync, statSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { codeOf, toError } from '../../errors/index.js'
import type { Clock } from '../../movement/loop/clock.js'
import { parseCertificate, type Certificate } from './certificate.js'
import { publicKeyObject } from './key-pair.js'

const LOOK_MS = 1_000
const CERTIFICATE_BYTES_MAX = 65_536
/** Each file is looked at once a second while somebody asks. */
const FILES_MAX = 10_000

interface Known {
  readonly stamp: string
  /** The key, or what is wrong with the file. */
  readonly publicKey: string | null
  readonly fault: string | null
}

/** A name is a file's, without its ending; a key that stands under two counts under the first. */
export class NamedKeys {
  /** Public keys in Z85, with their names. */
  names: ReadonlyMap<string, string> = new Map()
  /** What can't be used, and why; it isn't counted. */
  faults: readonly string[] = []
  private readonly directory: string
  private readonly clock: Clock
  private files = new Map<string, Known>()
  private lookedMs = -Infinity

  constructor(directory: string, clock: Clock) {
    this.directory = directory
    this.clock = clock
  }

  /** Look whether something was changed, once a second at most. */
  refresh(): this {
    const now = this.clock.now()
    if (now - this.lookedMs < LOOK_MS) return this
    this.lookedMs = now
    const files = new Map<string, Known>()
    const names = new Map<string, string>()
    const faults: string[] = []
    const all = fileNamesIn(this.directory, '.key')
    if (all.length > FILES_MAX) faults.push(`${this.directory} may have ${FILES_MAX} keys: it has ${all.length}`)
    for (const file of all.slice(0, FILES_MAX)) {
      const known = this.read(file)
      files.set(file, known)
      if (known.fault !== null) faults.push(known.fault)
      const { publicKey } = known
      if (publicKey !== null && !names.has(publicKey)) names.set(publicKey, file.slice(0, -'.key'.length))
    }
    this.files = files
    this.names = names
    this.faults = faults
    return this
  }

  private read(file: string): Known {
    const path = join(this.directory, file)
    try {
      const stamp = stampOf(statSync(path))
      const before = this.files.get(file)
      if (before?.stamp === stamp) return before
      const { publicKey } = readCertificate(path)
      publicKeyObject(publicKey)
      return { stamp, publicKey, fault: null }
    } catch (error) {
      return { stamp: '', publicKey: null, fault: `${path} can't be used: ${toError(error).message}` }
    }
  }
}

/** The files of a directory with an ending, sorted; none if it isn't there. */
export function fileNamesIn(directory: string, ending: string): string[] {
  try {
    return readdirSync(directory)
      .filter((file) => file.endsWith(ending) && !file.startsWith('.'))
      .sort()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

/**
 * Read a file as a certificate.
 *
 * @throws {TypeError} If it is none, or too long for one; the system's error if it can't be read.
 */
export function readCertificate(path: string): Certificate {
  const { size } = statSync(path)
  if (size > CERTIFICATE_BYTES_MAX)
    throw new TypeError(`a certificate may have ${CERTIFICATE_BYTES_MAX} bytes: it has ${size}`)
  const certificate = parseCertificate(readFileSync(path, 'utf8'))
  if (certificate === null) throw new TypeError('a certificate must have a line public-key = "…": it has none')
  return certificate
}

function stampOf({ ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs} ${ctimeMs}`
}
