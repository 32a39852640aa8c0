// npm run simulate [-- --groups N --nodes N --jobs N --due N --deaths N]: a fleet of any size, in memory.
import { parseArgs } from 'node:util'
import { simulate } from './simulate.js'

const SIZE = { groups: '100', nodes: '10', jobs: '1000', due: '20', deaths: '1' }
const options = Object.fromEntries(
  Object.entries(SIZE).map(([name, value]) => [name, { type: 'string', default: value }]),
)
const { values } = parseArgs({ options: options as Record<string, { type: 'string'; default: string }> })
const size = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, Number(text)]))
for (const [name, value] of Object.entries(size)) {
  if (Number.isInteger(value) && value >= 1) continue
  process.stderr.write(`--${name} must be a whole number of at least 1: it is ${String(values[name])}\n`)
  process.exit(64)
}
const seen = await simulate({
  ...(size as Record<keyof typeof SIZE, number>),
  onStep: (what) => void process.stderr.write(`${what}\n`),
})
process.stdout.write(`${JSON.stringify(seen, null, 2)}\n`)
