/** `deadbeat set`, `call` and `reload`: what is done to a running daemon. */
import type { Command } from 'commander'
import type { Reloaded } from '../../app/service/service.js'
import { EXIT } from '../../app/exit-codes.js'
import { refuse, tell } from '../tell.js'
import { addSteering, type End } from './add-steering.js'
import { ask } from './connect.js'
import { showValue } from './show-value.js'
import { valueOf } from './until.js'
import { addFormatFlags } from './wire/flags.js'

/** Add the commands to the program. `end` is told the exit code. */
export function addChanging(program: Command, end: End): void {
  addSet(program, end)
  addCall(program, end)
  addReload(program, end)
}

function addSet(program: Command, end: End): void {
  addSteering(program, end, {
    name: 'set',
    summary: 'change a live setting of a running daemon',
    takesPattern: true,
    help: `
The value is read as in a configuration file: 5s, 64k, true, a list as JSON. It holds until the next reload that replaces
the train, or the next start: what is to stay belongs into the configuration.

  deadbeat set resolve.Dedupe.windowMs 30s
  deadbeat set apps/resolve.ts Dedupe.windowMs 30s
  deadbeat list resolve                        says which are settable
  deadbeat set heater.setpoint 30              of a daemon of items: as people write it; on another host heater:lab1.setpoint
`,
    extend: addFormatFlags,
    overWire: async (words, flags) => {
      const { wireSet } = await import('./wire/change.js')
      return await wireSet(words, flags)
    },
    act: async (target, { json, args }) => {
      const isOne = args.length === 0 // DAEMON.ITEM VALUE: the item came with the daemon.
      const { item, text } = isOne
        ? { item: target.rest, text: target.pattern }
        : { item: target.pattern, text: args[0] ?? '' }
      if (item === null || args.length > 1 || text === target.rest)
        return refuse('set needs an item and one value: deadbeat set resolve.Dedupe.windowMs 30s', EXIT.usage)
      const value = await ask(target, (client) => client.request({ op: 'set', key: item, value: valueOf(text) }))
      tell(`${item} = ${showValue(value)}`, { key: item, value }, json)
      return EXIT.ok
    },
  })
}

function addCall(program: Command, end: End): void {
  addSteering(program, end, {
    name: 'call',
    summary: 'call a method of a running daemon',
    takesPattern: true,
    help: `
  deadbeat call resolve reopen                 open the log and all files anew
  deadbeat call resolve graph --json
  deadbeat call heater.ramp 30 rate=2          of a daemon of items: arguments by place and by name, streams line by line
`,
    overWire: async (words, flags) => {
      const { wireCall } = await import('./wire/change.js')
      return await wireCall(words, flags)
    },
    act: async (target, { json, args }) => {
      const method = target.rest ?? target.pattern
      if (method === '*') return refuse('call needs a method: deadbeat call resolve graph', EXIT.usage)
      const named = Object.fromEntries(args.map(argumentOf))
      const value = await ask(target, (client) => client.request({ op: 'call', method, named }))
      process.stdout.write(`${json ? JSON.stringify(value) : showValue(value)}\n`)
      return EXIT.ok
    },
  })
}

function addReload(program: Command, end: End): void {
  addSteering(program, end, {
    name: 'reload',
    summary: "read a running daemon's configuration again",
    help: `
Files are reopened; then what changed is changed: settings that may change while the train runs in place, everything else by
another train that goes on where this one is, with all that it held. No event is lost or repeated. A wrong configuration
changes nothing, and is told. The same happens on SIGHUP; SIGUSR1 only reopens files.

  deadbeat reload resolve
  deadbeat check resolve --config new.yaml     beforehand: would it run?
`,
    act: async (target, { json }) => {
      const reloaded = (await ask(target, (client) => client.request({ op: 'reload' }))) as Reloaded
      tell(sentenceOf(target.name, reloaded), { app: target.name, ...reloaded }, json)
      return EXIT.ok
    },
  })
}

function sentenceOf(name: string, { how, changed, atStart }: Reloaded): string {
  const what = {
    unchanged: 'no setting has changed; files were reopened',
    adjusted: 'changed in place',
    carried: 'goes on with a train of the new settings, which has what the old one held',
    drained: 'goes on with a train of the new settings; what the old one held was drained first',
    ended: 'its input has ended: there was nothing to go on with',
  }[how]
  const now = changed.filter((path) => !atStart.includes(path))
  const list = now.length === 0 ? '' : `: ${now.join(', ')}`
  const later = atStart.length === 0 ? '' : `at the next start only: ${atStart.join(', ')}`
  if (now.length === 0 && later !== '') return `${name}: nothing has changed now; ${later}`
  return `${name}: ${what}${list}${later === '' ? '' : ` (${later})`}`
}

function argumentOf(word: string): [string, unknown] {
  const at = word.indexOf('=')
  return at < 0 ? [word, true] : [word.slice(0, at), valueOf(word.slice(at + 1))]
}
