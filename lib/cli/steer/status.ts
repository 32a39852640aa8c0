/** `deadbeat status`: whether a daemon runs, since when, what it reads and drains, how fast, and how far behind. */
import { setTimeout as after } from 'node:timers/promises'
import type { Command } from 'commander'
import { EXIT } from '../../app/exit-codes.js'
import type { ControlClient } from '../../control/index.js'
import { addSteering, type End } from './add-steering.js'
import { ask } from './connect.js'
import { lagOf, rowsOf, type Look } from './rates.js'
import { short, tableOf } from './table.js'

/** Between the two looks that rates are computed from. */
const LOOKS_APART_MS = 500
const MS_PER_S = 1000

/** Add the command to the program. `end` is told the exit code. */
export function addStatus(program: Command, end: End): void {
  addSteering(program, end, {
    name: 'status',
    summary: 'say how a running daemon fares',
    help: `
  deadbeat status resolve                      pid, since when, what it reads and drains, rates, lag
  deadbeat status apps/resolve.ts --json       the same for programs
`,
    act: async (target, { json }) => {
      const { before, now } = await ask(target, async (client) => {
        const first = await lookAtItems(client)
        await after(LOOKS_APART_MS)
        return { before: first, now: await lookAtItems(client) }
      })
      const report = reportOf(target.name, now, before)
      process.stdout.write(json ? `${JSON.stringify(report)}\n` : textOf(report))
      return EXIT.ok
    },
  })
}

/** What its items are now. */
export async function lookAtItems(client: ControlClient): Promise<Look> {
  const values = (await client.request({ op: 'get', pattern: '*' })) as Record<string, unknown>
  return { atMs: performance.now(), values }
}

type Report = ReturnType<typeof reportOf>

function reportOf(app: string, now: Look, before: Look) {
  const { values } = now
  const textAt = (key: string): string | null => (typeof values[key] === 'string' ? values[key] : null)
  const startMs = Number(values['process.startMs'] ?? 0)
  return {
    app,
    pid: Number(values['process.pid'] ?? 0),
    since: new Date(startMs).toISOString(),
    upMs: Date.now() - startMs,
    version: textAt('app.version'),
    config: textAt('app.config'),
    reloads: Number(values['app.reloads'] ?? 0),
    reloadError: textAt('app.reloadError'),
    memoryBytes: typeof values['process.rssBytes'] === 'number' ? values['process.rssBytes'] : null,
    inFlight: Number(values['train.inFlight'] ?? 0),
    isPaused: values['train.paused'] === true,
    checkpoints: textAt('train.checkpoints'),
    checkpointStoredMs:
      typeof values['train.checkpointStoredMs'] === 'number' ? values['train.checkpointStoredMs'] : null,
    checkpointTrouble: textAt('train.checkpointTrouble'),
    lagBytes: lagOf(now),
    cogs: rowsOf(now, before),
    progress: Object.fromEntries(
      Object.entries(values).flatMap(([key, value]) =>
        key.endsWith('.progress') ? [[key.slice(0, -'.progress'.length), value]] : [],
      ),
    ),
  }
}

function textOf(report: Report): string {
  const { app, pid, since, upMs, version, config, reloads, reloadError, memoryBytes, inFlight, isPaused, lagBytes } =
    report
  const { checkpoints, checkpointStoredMs, checkpointTrouble } = report
  const facts = [
    `${app} runs: process ${pid} since ${since} (${spanOf(upMs)}), Deadbeat ${version ?? '?'}`,
    `configuration: ${config ?? 'none'}; reloaded ${reloads} times`,
    ...(reloadError === null ? [] : [`the last reload FAILED: ${reloadError}`]),
    ...(checkpoints === null ? [] : [`check-points in ${checkpoints}, the last ${agoOf(checkpointStoredMs)}`]),
    ...(checkpointTrouble === null ? [] : [`the next check-point is LATE: ${checkpointTrouble}`]),
    `memory ${memoryBytes === null ? 'unknown' : `${short(memoryBytes)}B`}, ${inFlight} data held${isPaused ? ', supplies wait' : ''}${lagBytes === null ? '' : `, ${short(lagBytes)}B behind`}`,
  ]
  const rows = report.cogs.map(({ cog, inRate, outRate, in: came, out, held, diverted }) => [
    cog,
    ...[inRate, outRate, came, out, held, diverted].map(short),
  ])
  const table = tableOf([['COG', 'IN/S', 'OUT/S', 'IN', 'OUT', 'HELD', 'FAILED'], ...rows])
  return `${facts.join('\n')}\n\n${table}${progressText(report.progress)}`
}

function agoOf(timeMs: number | null): string {
  return timeMs === null ? 'not yet made' : `${spanOf(Math.max(0, Date.now() - timeMs))} ago`
}

function progressText(progress: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(progress).flatMap(([cog, value]) => {
    const rows = Array.isArray(value) ? (value as unknown[]) : [value]
    return ['', `${cog}:`, ...rows.map((row) => `  ${describe(row)}`)]
  })
  return lines.map((line) => `${line}\n`).join('')
}

function describe(row: unknown): string {
  if (typeof row !== 'object' || row === null) return String(row)
  return Object.entries(row)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ')
}

function spanOf(ms: number): string {
  const seconds = Math.floor(ms / MS_PER_S)
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const
  const from = parts.findIndex(([count]) => count > 0)
  return parts
    .slice(from < 0 ? -1 : from)
    .slice(0, 2)
    .map(([count, unit]) => `${count}${unit}`)
    .join(' ')
}
