/**
 * What is wished of a job: which code or app, with what, when, how often, and what to do when it fails (specification
 * runner, A5). All times are seconds, as everything that is stored of jobs; `target` is UNIX time.
 */
import { describeValue } from '../../errors/index.js'
import type { Json, JsonObject } from '../../kv/index.js'
import { readCron } from '../../movement/index.js'
import { RunnerError } from '../errors.js'
import { isObject } from '../is-object.js'
import { parsePath } from '../path.js'

/** What one attempt of a job may use. Not given: what the node gives. */
export interface JobLimits {
  readonly memoryBytes?: number
  readonly cpuSeconds?: number
  readonly openFiles?: number
  /** How much of what an attempt writes to its log is kept; each line counts 64 bytes more. */
  readonly logBytes?: number
  /** How long it may take to end by itself when it is asked to. */
  readonly graceMs?: number
  /** How long it may not answer. */
  readonly heartbeatMs?: number
  readonly messagesPerSecond?: number
  /** How many keys one of its watches may follow: a copy of them is kept for it. */
  readonly watchKeys?: number
}

/** A job as somebody wishes it. Either `code` or `app` says what runs; with neither the job is ignored. */
export interface JobEntry {
  /** The dotted path of the stored code. */
  readonly code?: string
  /** The name of an app that comes with Deadbeat, or the whole path of its file on the node, and its configuration. */
  readonly app?: string
  readonly config?: JsonObject
  /** More variables for the code; they win over the code's own defaults. */
  readonly data: JsonObject
  /** When it starts: when this is after its last start. Null: not. */
  readonly target: number | null
  /** Above 0: how long after a success it starts again. */
  readonly repeat: number
  /** A cron pattern by which it starts again, and the time zone in which it is meant; UTC. */
  readonly cron?: string
  readonly timeZone?: string
  /** From when on the pattern counts for a job that has never run: when the job was written. */
  readonly since?: number
  /** The wait after a failure, by which it grows with each in a row, its limit, and which part of it is left to chance. */
  readonly delay: number
  readonly backoff: number
  readonly maxDelay: number
  readonly jitter: number
  /** Above 0: after how many failures in a row nothing is tried any more until the target is set anew. */
  readonly maxAttempts: number
  /** Above 0: after how long an attempt is taken for a good one, while it still runs. */
  readonly okAfter: number
  /** How long one attempt may take. */
  readonly deadline?: number
  /** How late a start at `target` or by `cron` that was missed may be made up for. Not given: any time, once. */
  readonly startDeadline?: number
  /** What happens when it is due and still runs: nothing, or it begins anew. */
  readonly overlap: 'forbid' | 'replace'
  /** What a node must say of itself to run it. */
  readonly labels: Readonly<Record<string, string>>
  readonly limits: JobLimits
  readonly paused: boolean
  readonly info: string
  /** How well it is shut in: see the job host. */
  readonly tier: 'plain' | 'confined'
  /** Of kind `at`: whether any other member of the group may run it when its node is gone. */
  readonly failover: boolean
}

// Frozen, as a copy of it then shares its hidden class with all others: else each job has one of its own in V8 11 (Node 20),
// and whoever goes over thousands of jobs looks all of their fields up.
const DEFAULTS = Object.freeze({
  ...{
    data: {},
    target: 0,
    repeat: 0,
    delay: 100,
    backoff: 1.1,
    maxDelay: 3600,
    jitter: 0.25,
    maxAttempts: 0,
    okAfter: 0,
  },
  ...{ overlap: 'forbid', labels: {}, limits: {}, paused: false, info: '', tier: 'plain', failover: false },
} as const satisfies Partial<JobEntry>)

type Rule = readonly [is: (value: unknown) => boolean, text: string]

const TEXT: Rule = [(value) => typeof value === 'string', 'a text']
const YES_OR_NO: Rule = [(value) => typeof value === 'boolean', 'true or false']
const OBJECT: Rule = [isObject, 'an object']
const SECONDS: Rule = [(value) => isNumber(value, 0), 'seconds, at least 0']
const ABOVE: Rule = [(value) => isNumber(value, 0) && value !== 0, 'seconds above 0']
const COUNT: Rule = [(value) => isNumber(value, 0) && Number.isInteger(value), 'a whole number, at least 0']
const AMOUNT: Rule = [(value) => isNumber(value, 1), 'a number of at least 1']

const RULES: { readonly [K in keyof Required<JobEntry>]: Rule } = {
  code: [isDottedPath, 'a dotted path'],
  app: [isApp, 'the name of an app, or the whole path of its file on the node'],
  config: OBJECT,
  data: OBJECT,
  target: [(value) => value === null || isTime(value), 'a time in UNIX seconds, or null'],
  repeat: SECONDS,
  cron: [isCron, 'a cron pattern of five to seven fields'],
  timeZone: [isTimeZone, 'a time zone like Europe/Berlin'],
  since: [isTime, 'a time in UNIX seconds'],
  delay: SECONDS,
  backoff: AMOUNT,
  maxDelay: SECONDS,
  jitter: [(value) => isNumber(value, 0) && value <= 1, 'a number from 0 to 1'],
  maxAttempts: COUNT,
  okAfter: SECONDS,
  deadline: ABOVE,
  startDeadline: SECONDS,
  overlap: [(value) => value === 'forbid' || value === 'replace', 'forbid or replace'],
  labels: [
    (value) => isObject(value) && Object.values(value).every((label) => typeof label === 'string'),
    'an object of texts',
  ],
  limits: OBJECT,
  paused: YES_OR_NO,
  info: TEXT,
  tier: [(value) => value === 'plain' || value === 'confined', 'plain or confined'],
  failover: YES_OR_NO,
}

const LIMITS: readonly (keyof JobLimits)[] = [
  ...([
    'memoryBytes',
    'cpuSeconds',
    'openFiles',
    'logBytes',
    'graceMs',
    'heartbeatMs',
    'messagesPerSecond',
    'watchKeys',
  ] as const),
]

/**
 * A job from what is stored, with what isn't given filled in.
 *
 * @throws {RunnerError} ERR_ENTRY, with every field that is not as it must be.
 * @example
 * assert.equal(readJobEntry({ code: 'the.answer' }).delay, 100)
 * assert.throws(() => readJobEntry({ code: 'x', repeat: -1 }), /repeat must be seconds, at least 0: it is -1/)
 */
export function readJobEntry(value: Json): JobEntry {
  if (!isObject(value)) throw new RunnerError('ERR_ENTRY', `a job must be an object: it is ${describeValue(value)}`)
  const faults = Object.entries(value).flatMap(([field, given]) => faultOf(field, given))
  if ('code' in value && 'app' in value) faults.push('code and app exclude each other')
  if (faults.length > 0) throw new RunnerError('ERR_ENTRY', `the job can't be used: ${faults.join('; ')}`)
  return { ...DEFAULTS, ...value }
}

function faultOf(field: string, value: unknown): string[] {
  const rule = Object.hasOwn(RULES, field) ? RULES[field as keyof JobEntry] : undefined
  if (rule === undefined) return [`there is no ${JSON.stringify(field)}: a job has ${Object.keys(RULES).join(', ')}`]
  if (!rule[0](value)) return [`${field} must be ${rule[1]}: it is ${describeValue(value)}`]
  return field === 'limits' ? Object.entries(value as object).flatMap(([name, limit]) => faultOfLimit(name, limit)) : []
}

function faultOfLimit(name: string, value: unknown): string[] {
  if (!LIMITS.includes(name as keyof JobLimits))
    return [`there is no limit ${JSON.stringify(name)}: there are ${LIMITS.join(', ')}`]
  return isNumber(value, 1) ? [] : [`limits.${name} must be a number of at least 1: it is ${describeValue(value)}`]
}

/** One that a date can be. */
function isTime(value: unknown): boolean {
  return isNumber(value, 0) && value <= 8.64e12
}

function isNumber(value: unknown, least: number): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= least
}

function isDottedPath(value: unknown): boolean {
  try {
    return typeof value === 'string' && parsePath(value).length > 0
  } catch {
    return false
  }
}

/** A relative path would mean another file wherever the node runs. */
function isApp(value: unknown): boolean {
  return typeof value === 'string' && (value.startsWith('/') || (value !== '' && !/\/|\.[cm]?[jt]s$/.test(value)))
}

function isCron(value: unknown): boolean {
  try {
    if (typeof value !== 'string') return false
    readCron(value)
    return true
  } catch {
    return false
  }
}

function isTimeZone(value: unknown): boolean {
  try {
    if (typeof value !== 'string') return false
    new Intl.DateTimeFormat('en', { timeZone: value }).format()
    return true
  } catch {
    return false
  }
}
