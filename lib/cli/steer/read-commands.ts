/** `deadbeat get`, `list` and `watch`: what a running daemon shows. */
import { InvalidArgumentError, type Command } from 'commander'
import { EXIT } from '../../app/exit-codes.js'
import type { Description } from '../../items/index.js'
import { refuse } from '../tell.js'
import { ask } from './connect.js'
import { addSteering, type End } from './add-steering.js'
import { showValue } from './show-value.js'

const PATTERNS = `
A daemon is named as in \`deadbeat run\`, or by its app's name alone; items as COG.SETTING, COG.accounts.in, train.inFlight;
* stands for any characters, case doesn't matter. Quote patterns, or the shell takes them for files.
`

/** Add the commands to the program. `end` is told the exit code. */
export function addReading(program: Command, end: End): void {
  addGet(program, end)
  addList(program, end)
  addWatch(program, end)
}

function addGet(program: Command, end: End): void {
  addSteering(program, end, {
    name: 'get',
    summary: "show a running daemon's items",
    takesPattern: true,
    help: `${PATTERNS}
  deadbeat get resolve                         everything
  deadbeat get resolve.Dedupe.windowMs         one value, and nothing else on the line
  deadbeat get apps/resolve.ts '*.accounts.*'  the accounts of all cogs
  deadbeat get resolve 'train.*' --json        {"train.inFlight":0, …}
`,
    act: async (target, { json }) => {
      const values = (await ask(target, (client) => client.request({ op: 'get', pattern: target.pattern }))) as object
      const entries = Object.entries(values)
      if (entries.length === 0)
        return refuse(`${target.name} has no item ${target.pattern}: list shows what there is`, EXIT.unavailable)
      const [only] = entries
      const lines = json
        ? [JSON.stringify(values)]
        : only !== undefined && !/[*?]/.test(target.pattern)
          ? [showValue(only[1])]
          : entries.map(([key, value]) => `${key} = ${showValue(value)}`)
      process.stdout.write(`${lines.join('\n')}\n`)
      return EXIT.ok
    },
  })
}

function addList(program: Command, end: End): void {
  addSteering(program, end, {
    name: 'list',
    summary: 'say what items a running daemon has',
    takesPattern: true,
    help: `${PATTERNS}
  deadbeat list resolve             each item: what it is, whether it can be set, what it means
  deadbeat list resolve 'Dedupe.*'
`,
    act: async (target, { json }) => {
      const described = (await ask(target, (client) =>
        client.request({ op: 'describe', pattern: target.pattern }),
      )) as Description[]
      if (described.length === 0) return refuse(`${target.name} has no item ${target.pattern}`, EXIT.unavailable)
      const width = Math.max(...described.map(({ key }) => key.length))
      const line = ({ key, type, units, choices, isSettable, isStream, doc }: Description): string => {
        const kind = choices === null ? type : choices.join('|')
        const more = [units, isSettable ? 'settable' : null, isStream ? 'stream' : null].filter((part) => part !== null)
        return `${key.padEnd(width)}  ${[kind, ...more].join(', ')}: ${doc}`
      }
      process.stdout.write(json ? `${JSON.stringify(described)}\n` : `${described.map(line).join('\n')}\n`)
      return EXIT.ok
    },
  })
}

function addWatch(program: Command, end: End): void {
  addSteering(program, end, {
    name: 'watch',
    summary: "follow a running daemon's items as they change",
    takesPattern: true,
    help: `${PATTERNS}
A line for each value: what is now, then every change, until Ctrl-C, the daemon's end, or --count lines.

  deadbeat watch resolve.train.inFlight
  deadbeat watch resolve '*.accounts.out' --count 20
  deadbeat watch resolve '*' --json            {"key":…,"value":…,"timeMs":…} a line
`,
    extend: (command) => command.option('--count <n>', 'end after so many values', wholeNumber),
    act: async (target, { json, flags }) => {
      const { count = Infinity } = flags as { readonly count?: number }
      return await ask(target, async (client) => {
        let shown = 0
        const watch = client.watch(target.pattern, ({ key, value, timeMs, missed }) => {
          if (shown === count) return
          shown++
          if (missed > 0) process.stderr.write(`${missed} values were missed\n`)
          const text = `${new Date(timeMs).toISOString()} ${key} = ${showValue(value)}`
          process.stdout.write(`${json ? JSON.stringify({ key, value, timeMs }) : text}\n`)
          if (shown === count) watch.stop()
        })
        await watch.ended
        return EXIT.ok
      })
    },
  })
}

/** A count as an option. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of at least 1.')
  return Number(text)
}
