/** `deadbeat get`, `list` and `watch`: what a running daemon shows. */
import { InvalidArgumentError, type Command } from 'commander'
import { EXIT } from '../../app/exit-codes.js'
import type { Description } from '../../items/index.js'
import { refuse } from '../tell.js'
import { ask } from './connect.js'
import { addSteering, type End } from './add-steering.js'
import { listText } from './list-text.js'
import { readUntil } from './until.js'
import { addFormatFlags } from './wire/flags.js'
import { placesOf } from './wire/place.js'
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
  deadbeat get heater.temperature lamp.level   items of daemons, also on other hosts: heater:lab1.temperature
`,
    extend: (command) => addFormatFlags(command).option('--refresh', 'let the daemon look anew (over the wire)'),
    overWire: async ([first = '', ...more], flags) => {
      const { wireGet } = await import('./wire/read.js')
      return await wireGet(placesOf(first, more), flags)
    },
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
  deadbeat list heater              of a daemon of items
`,
    overWire: async ([first = '', ...more], flags) => {
      const { wireList } = await import('./wire/read.js')
      return await wireList(placesOf(first, more), flags)
    },
    act: async (target, { json }) => {
      const described = (await ask(target, (client) =>
        client.request({ op: 'describe', pattern: target.pattern }),
      )) as Description[]
      if (described.length === 0) return refuse(`${target.name} has no item ${target.pattern}`, EXIT.unavailable)
      process.stdout.write(json ? `${JSON.stringify(described)}\n` : listText(described))
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
A line for each value: what is now, then every change, until Ctrl-C, the daemon's end, or --count values. Over the wire a
line ends with (stale), in JSON "isStale":true, once a value may be out of date: the daemon can't look, or isn't reached.

  deadbeat watch resolve.train.inFlight
  deadbeat watch resolve '*.accounts.out' --count 20
  deadbeat watch resolve '*' --json            {"key":…,"value":…,"timeMs":…} a line
  deadbeat watch heater.temperature --until '>= 20' --timeout 5m
`,
    extend: (command) =>
      addFormatFlags(command)
        .option('--count <n>', 'end after so many values', wholeNumber)
        .option('--until <value>', "end when it is that: on, 20, '>= 20', '!= 0'"),
    overWire: async ([first = '', ...more], flags) => {
      const { wireWatch } = await import('./wire/watch.js')
      return await wireWatch(placesOf(first, more), flags)
    },
    act: async (target, { json, flags }) => {
      const { count = Infinity, until } = flags as { readonly count?: number; readonly until?: string }
      const isWanted = until === undefined ? () => false : readUntil(until)
      return await ask(target, async (client) => {
        let shown = 0
        const watch = client.watch(target.pattern, ({ key, value, timeMs, missed }) => {
          if (shown === count) return
          shown++
          if (missed > 0) process.stderr.write(`${missed} values were missed\n`)
          const text = `${new Date(timeMs).toISOString()} ${key} = ${showValue(value)}`
          process.stdout.write(`${json ? JSON.stringify({ key, value, timeMs }) : text}\n`)
          if (shown === count || isWanted(value, showValue(value))) {
            shown = count
            watch.stop()
          }
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
