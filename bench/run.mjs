// node bench/run.mjs NAME...|all [--json] [--rounds N] [--write] [--scale S] [--seconds S]
// One figure, several or all: a table for people, or with --json one object for programs (for several one by name).
// --write keeps the tables in bench/results.md, if all of the work was done. --scale 0.1 does a tenth of the work: to try a bench, not to measure.
import { parseArgs } from 'node:util'
import { figures } from './figures.mjs'
import { judge, render, writeResults } from './report.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    write: { type: 'boolean', default: false },
    scale: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '60' },
  },
})

const names = positionals.includes('all') ? Object.keys(figures) : positionals
const unknown = names.filter((name) => !(name in figures))
const [rounds, scale, seconds] = [Number(values.rounds), Number(values.scale), Number(values.seconds)]
if (names.length === 0 || unknown.length > 0) giveUp(`name a figure: all, ${Object.keys(figures).join(', ')}`)
if (!Number.isInteger(rounds) || rounds < 1)
  giveUp(`--rounds must be a whole number of at least 1: it is ${values.rounds}`)
if (!(scale > 0)) giveUp(`--scale must be above 0: it is ${values.scale}`)
if (!(seconds > 0)) giveUp(`--seconds must be above 0: it is ${values.seconds}`)

const isTerminal = process.stderr.isTTY
const progress = (line) => process.stderr.write(isTerminal ? `\r\x1b[K${line}` : '')
const done = {}
for (const name of names) {
  const figure = await import(figures[name])
  const { result, missing } = await figure.run({ rounds, scale, seconds, progress })
  progress('')
  const verdicts = judge(result, missing, figure.goals)
  const isWhole = scale === 1 && rounds >= 5 && (name !== 'idle' || seconds >= 60)
  const text = render(result, missing, verdicts)
  if (!values.json) process.stdout.write(`${text}\n`)
  for (const [who, why] of Object.entries(missing)) if (values.json) process.stderr.write(`${name}, ${who}: ${why}\n`)
  if (!isWhole)
    process.stderr.write(`${name}: not with full work and rounds; good to try the bench, not to judge by or to keep\n`)
  if (values.write && isWhole) await writeResults(name, text)
  done[name] = result
}
if (values.json) process.stdout.write(`${JSON.stringify(names.length === 1 ? done[names[0]] : done, null, 2)}\n`)

function giveUp(line) {
  process.stderr.write(`${line}\n`)
  process.exit(64) // EX_USAGE of sysexits.h
}
