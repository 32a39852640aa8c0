/** What stands under the name of a running daemon: enough to reach it, and to tell it from the one before. */
import { hostname } from 'node:os'
import { codeOf, describeValue } from '../../errors/index.js'
import { hasEnded, processOf } from '../../files/process-of.js'
import { formatJson, parseJson } from '../../wire/frames/json.js'
import { DiscoveryError } from './discovery-error.js'
import { endpointOf, readBlock, type KnownBlock } from './known-block.js'

/** A daemon that runs, by its name. */
export interface NameEntry {
  /** Its block without the items: they are asked for at the daemon itself. */
  readonly block: KnownBlock
  readonly process: DaemonProcess
}

/** The process of a daemon. */
export interface DaemonProcess {
  /** The name of its machine. */
  readonly host: string
  readonly pid: number
  /** When the daemon was started: UNIX seconds. */
  readonly started: number
  /** When the process was, as the kernel counts it: the number of a process may be another's later. Null if it isn't known. */
  readonly since: string | null
}

const FORMAT = 'deadbeat daemon 1'

/** This process as that of a daemon that was started at a time, in UNIX seconds. */
export function thisProcess(started: number): DaemonProcess {
  return { host: hostname(), pid: process.pid, started, since: processOf(process.pid)?.startTicks ?? null }
}

/**
 * Whether a process of this machine still runs. Where the kernel doesn't tell when it was started, its number must do.
 */
export function isRunning({ pid, since }: DaemonProcess): boolean {
  if (since !== null) {
    const seen = processOf(pid)
    return seen?.startTicks === since && !hasEnded(seen)
  }
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) === 'EPERM' // It is somebody else's, but it is there.
  }
}

/** @throws {RangeError} If the block doesn't say where its daemon is. */
export function entryOf(block: KnownBlock, process: DaemonProcess): NameEntry {
  if (endpointOf(block) === null)
    throw new RangeError(
      `the block of ${block.store} ${block.alias} must say where its daemon is: it names no port for publications`,
    )
  return { block: { ...block, items: {} }, process }
}

/** The text of an entry. */
export function formatEntry({ block, process }: NameEntry): string {
  return `${formatJson({ format: FORMAT, ...block, items: undefined, ...process })}\n`
}

/**
 * The entry of a text.
 *
 * @throws {DiscoveryError} ERR_BLOCK if it isn't one, or is one of a newer version.
 * @throws {SyntaxError} If it is no JSON.
 */
export function readEntry(text: string): NameEntry {
  const from = parseJson(text)
  const { format, host, pid, started, since, ...rest } = (
    typeof from === 'object' && from !== null ? from : {}
  ) as Record<string, unknown>
  if (format !== FORMAT) refuse('format', JSON.stringify(FORMAT), format)
  if (typeof host !== 'string' || host.length > 255) return refuse('host', 'a text', host)
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1)
    return refuse('pid', 'the number of a process', pid)
  if (typeof started !== 'number') return refuse('started', 'a number', started)
  const block = readBlock({ ...rest, items: {} })
  return entryOf(block, { host, pid, started, since: typeof since === 'string' ? since : null })
}

function refuse(field: string, rule: string, value: unknown): never {
  throw new DiscoveryError(
    'ERR_BLOCK',
    `the entry of a daemon can't be used: ${field} must be ${rule}: it is ${describeValue(value)}`,
  )
}
