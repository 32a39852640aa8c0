// Tables for people, goals held against figures, and bench/results.md.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { root } from './processes.mjs'

const RESULTS = `${root}bench/results.md`

const show = (number) => {
  if (number === undefined || number === null) return ''
  const size = Math.abs(number)
  return size >= 100 ? number.toFixed(0) : size >= 10 ? number.toFixed(1) : number.toFixed(size >= 1 ? 2 : 3)
}

const pad = (rows) => {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)))
  return rows.map(
    (row) => `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`,
  )
}

function table(head, rows) {
  const [first, ...rest] = pad([head, ...rows])
  return [first, first.replace(/[^|]/g, '-'), ...rest].join('\n')
}

/**
 * Hold goals against a result. A goal: `variant` (none for the figure itself), `what` ('ratio', 'median', 'max' or
 * 'over': our median less theirs), `to` (whose), `atMost`, and `says` for people.
 */
export function judge(result, missing, goals) {
  return goals.map((goal) => {
    const { variant, what = 'ratio', to = 'limit', atMost } = goal
    const object = variant === undefined ? result : result.variants[variant]
    const ours = object?.contenders.ours
    const value = {
      ratio: () => object?.ratios[to],
      median: () => ours?.median,
      max: () => ours?.max,
      over: () => (object?.contenders[to] === undefined ? undefined : ours?.median - object.contenders[to].median),
    }[what]()
    const named = {
      ratio: `R to ${to}`,
      median: `${object?.unit ?? ''}`,
      max: `${object?.unit ?? ''}, most`,
      over: `${object?.unit ?? ''} over ${to}`,
    }[what]
    const says = goal.says ?? `${variant ?? result.name}: ${named}`
    if (value === undefined) return { says, atMost, value: null, verdict: `not measured: ${missing[to] ?? 'not run'}` }
    const verdict = value <= atMost ? 'reached' : `missed by ${show(((value - atMost) / (atMost || 1)) * 100)} %`
    return { says, atMost, value, verdict }
  })
}

/** A figure as text: what was measured, then what was asked for. */
export function render(result, missing, verdicts) {
  const objects = [result, ...Object.values(result.variants)]
  const parts = [`## ${result.name}`]
  for (const { name, unit, rounds, contenders, ratios } of objects) {
    const rows = Object.entries(contenders).map(([who, { median, min, max }]) => [
      who,
      show(median),
      show(min),
      show(max),
      who === 'ours' ? '' : show(ratios[who]),
    ])
    parts.push(`${name}, ${unit}, ${rounds} rounds`, table(['who', 'median', 'min', 'max', 'R'], rows))
  }
  const gone = Object.entries(missing).map(([who, why]) => `${who}: ${why}`)
  if (gone.length > 0) parts.push(gone.join('\n\n'))
  parts.push(
    table(
      ['goal', 'at most', 'measured', 'verdict'],
      verdicts.map(({ says, atMost, value, verdict }) => [says, show(atMost), show(value), verdict]),
    ),
  )
  return `${parts.join('\n\n')}\n`
}

/** Put a figure's text into bench/results.md, in the place of an older one. */
export async function writeResults(name, text) {
  const old = existsSync(RESULTS) ? readFileSync(RESULTS, 'utf8') : ''
  const sections = new Map(
    old
      .split(/^(?=## )/m)
      .filter((section) => section.startsWith('## '))
      .map((section) => [/^## (.*)$/m.exec(section)[1], section]),
  )
  const [title, ...rest] = text.split('\n')
  sections.set(name, [title, '', machine(), ...rest].join('\n'))
  const head = `# Results

Written by \`npm run bench -- all --write\`. Machines are shared and noisy: a goal is a ratio R, our cost in units of the
other's in the same round, median over the rounds; below 1 is better for us. The limit is the smallest program by hand.
`
  writeFileSync(RESULTS, `${head}\n${[...sections.values()].map((section) => section.trimEnd()).join('\n\n')}\n`)
}

function machine() {
  const [cpu] = cpus()
  const date = new Date().toISOString().slice(0, 10)
  const commit = execFileSync('git', ['-C', root, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  return `${date}, commit ${commit}; ${cpus().length} x ${cpu.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}; Node ${process.versions.node} (V8 ${process.versions.v8})${versions()}.`
}

/** The versions of the peers that are installed. */
function versions() {
  const found = []
  for (const name of ['rxjs', '@most/core', 'split2', 'chokidar']) {
    for (const base of ['bench/peers/node_modules', 'node_modules']) {
      const path = `${root}${base}/${name}/package.json`
      if (!existsSync(path)) continue
      found.push(`${name} ${JSON.parse(readFileSync(path, 'utf8')).version}`)
      break
    }
  }
  for (const [command, ...args] of [
    ['rsyslogd', '-v'],
    ['mawk', '-W', 'version'],
  ]) {
    try {
      const [line] = execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')
      found.push(line.replace(/ *\(.*| +Copyright.*/g, '').trim())
    } catch {
      // It isn't installed; the figure that wanted it says so.
    }
  }
  return found.length === 0 ? '' : `; ${found.join(', ')}`
}
