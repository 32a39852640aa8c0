/** `deadbeat doctor`: whether this machine has what an app needs. */
import { loadError, loadedFrom } from 'inotify-ts/native'
import { EXIT } from '../exit-codes.js'
import { findConfig } from '../find-config.js'
import { examineDatabase } from './databases.js'
import { failure, fine, warning, type Finding } from './finding.js'
import { examineLimits } from './limits.js'
import { examineMounts } from './mounts.js'
import { examineDirectory, examinePort } from './places.js'

const NODE_MIN = [20, 19] as const
/** Before this no clock can be right. */
const TIME_MIN = Date.UTC(2026, 0, 1)

/** What is examined. */
export interface ExamineOptions {
  /** The app whose directories are looked at. */
  readonly name: string
  readonly stateDir: string | null
  readonly runtimeDir: string | null
  /** The app's configuration file; null: the one in /etc/deadbeat, if there is one. */
  readonly config: string | null
  /** TCP ports that are to be free. */
  readonly ports: readonly number[]
}

/** Look at all of it. Nothing is changed. */
export async function examine({ name, stateDir, runtimeDir, config, ports }: ExamineOptions): Promise<Finding[]> {
  // Not by plain imports: each would become a file of its own, which every app had to load.
  const { runtimeDirectory, stateDirectory } = await import('../index.js')
  const file = config ?? findConfig(name, null)
  const database = file === null ? null : await examineDatabase(file)
  return [
    examineNode(process.versions.node),
    examineBinding(loadError, loadedFrom),
    ...examineLimits(),
    examineDirectory('state directory', stateDirectory(name, { flag: stateDir }), '--state-dir'),
    examineDirectory('runtime directory', runtimeDirectory(name, { flag: runtimeDir }), '--runtime-dir'),
    ...(database === null ? [] : [database]),
    ...(await Promise.all(ports.map(examinePort))),
    examineClock(Date.now()),
    examineMounts(),
  ]
}

/** Whether Node is new enough. */
export function examineNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return fine('Node', version)
  return failure('Node', version, `Install Node ${NODE_MIN.join('.')} or newer.`, EXIT.unavailable)
}

/** Whether the native part is there. */
export function examineBinding(error: Error | null, from: string | null): Finding {
  if (error === null) return fine('native part', from ?? '')
  return warning(
    'native part',
    error.message,
    'Without it files are looked at by the clock, and the log goes to no Unix socket. Install inotify-ts for this machine.',
  )
}

/** Whether the clock can be right. */
export function examineClock(nowMs: number): Finding {
  const found = new Date(nowMs).toISOString()
  if (nowMs >= TIME_MIN) return fine('clock', `${found}, ${Intl.DateTimeFormat().resolvedOptions().timeZone}`)
  return failure('clock', found, 'Set it: timedatectl set-ntp true.', EXIT.unavailable)
}
