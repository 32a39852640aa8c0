/** `deadbeat top`, `tap` and `graph`: looking at a running train. */
import type { Command } from 'commander'
import { EXIT } from '../../app/exit-codes.js'
import { draw, GRAPH_FORMATS, type GraphFormat } from '../../app/graph/draw.js'
import { graphOf, type Graph } from '../../app/graph/graph.js'
import { checkApp } from '../../app/check-app.js'
import { codeOf } from '../../errors/index.js'
import { withinLoadLimit } from '../load-limit.js'
import { requireApp } from '../require-app.js'
import { refuse } from '../tell.js'
import { addSteering, type End } from './add-steering.js'
import { ask, type Target } from './connect.js'
import { lagOf, rowsOf, type Look } from './rates.js'
import { wholeNumber } from './read-commands.js'
import { showValue } from './show-value.js'
import { lookAtItems } from './status.js'
import { short, tableOf } from './table.js'

/** Add the commands to the program. `end` is told the exit code. */
export function addLooking(program: Command, end: End): void {
  addTop(program, end)
  addTap(program, end)
  addGraph(program, end)
}

function addTop(program: Command, end: End): void {
  addSteering(program, end, {
    name: 'top',
    summary: 'watch what a running train does: rates, ns a datum, in flight, lag',
    help: `
Once a second, until Ctrl-C or --count looks: on a terminal in place, else one table below the other. While somebody looks,
a part of the data is measured.

  deadbeat top resolve
  deadbeat top resolve --count 1 --json
`,
    extend: (command) => command.option('--count <n>', 'end after so many looks', wholeNumber),
    act: async (target, { json, flags }) => await top(target, json, (flags as { count?: number }).count ?? Infinity),
  })
}

async function top(target: Target, json: boolean, count: number): Promise<number> {
  return await ask(target, async (client) => {
    let before: Look | null = null
    let shown = 0
    const isTerminal = process.stdout.isTTY && !json
    // It comes once a second, and as long as it is watched the costs of the cogs are measured.
    const clock = client.watch('process.cpuMs', () => void show())
    const costs = client.watch('*.ns', () => undefined)
    const show = async (): Promise<void> => {
      const now = await lookAtItems(client)
      const last = before
      before = now
      if (last === null || shown === count) return
      shown++
      const rows = rowsOf(now, last)
      if (json) process.stdout.write(`${JSON.stringify({ app: target.name, lagBytes: lagOf(now), cogs: rows })}\n`)
      else process.stdout.write((isTerminal ? '\x1b[H\x1b[J' : shown > 1 ? '\n' : '') + topText(target.name, now, last))
      if (shown === count) [clock, costs].forEach((watch) => watch.stop())
    }
    await clock.ended
    return EXIT.ok
  })
}

function topText(name: string, now: Look, before: Look): string {
  const { values } = now
  const cpu = (Number(values['process.cpuMs']) - Number(before.values['process.cpuMs'])) / (now.atMs - before.atMs)
  const lag = lagOf(now)
  const facts = [
    `${name} (${String(values['process.pid'])})`,
    `cpu ${Math.round(cpu * 100)} %`,
    typeof values['process.rssBytes'] === 'number' ? `memory ${short(values['process.rssBytes'])}B` : 'memory unknown',
    `in flight ${String(values['train.inFlight'])}${values['train.paused'] === true ? ', supplies wait' : ''}`,
    ...(lag === null ? [] : [`${short(lag)}B behind`]),
  ]
  const rows = rowsOf(now, before).map(({ cog, inRate, outRate, ns, held, diverted }) => [
    ...[cog, short(inRate), short(outRate), ns === 0 ? '-' : short(ns), short(held), short(diverted)],
  ])
  return `${facts.join('   ')}\n\n${tableOf([['COG', 'IN/S', 'OUT/S', 'NS', 'HELD', 'FAILED'], ...rows])}`
}

function addTap(program: Command, end: End): void {
  addSteering(program, end, {
    name: 'tap',
    summary: 'see the data that arrive at a cog of a running train',
    takesPattern: true,
    help: `
Each datum as a line of JSON; of many, samples. What is kept under the name of a secret (password, token, …) is masked.

  deadbeat tap resolve.Dedupe
  deadbeat tap resolve.LineDrain --count 5
  deadbeat graph resolve                       says who stands in the train
`,
    extend: (command) => command.option('--count <n>', 'end after so many', wholeNumber),
    act: async (target, { flags }) => {
      const { count = Infinity } = flags as { readonly count?: number }
      const cog = target.pattern.replace(/\.tap$/i, '')
      return await ask(target, async (client) => {
        let shown = 0
        const watch = client.watch(`${cog}.tap`, ({ value }) => {
          if (shown++ < count) process.stdout.write(`${showValue(value)}\n`)
          if (shown === count) watch.stop()
        })
        try {
          await watch.ended
        } catch (error) {
          if (codeOf(error) !== 'ERR_NO_ITEM') throw error
          const message = `${target.name} has no cog ${cog}: \`deadbeat graph ${target.name}\` says who stands in the train`
          return refuse(message, EXIT.unavailable)
        }
        return EXIT.ok
      })
    },
  })
}

function addGraph(program: Command, end: End): void {
  addSteering(program, end, {
    name: 'graph',
    summary: 'draw a train: as text, for Mermaid or Graphviz, or as a picture',
    help: `
Of a running daemon with what came in and went out of each cog; else the train that its app would be.

  deadbeat graph apps/resolve.ts
  deadbeat graph resolve --format mermaid
  deadbeat graph resolve --format svg > resolve.svg
`,
    extend: (command) => command.option('--format <format>', GRAPH_FORMATS.join(', '), 'text'),
    act: async (target, { json, flags, app, argv }) => {
      const { format } = flags as { readonly format: string }
      if (!GRAPH_FORMATS.includes(format as GraphFormat)) {
        process.stderr.write(`--format must be one of ${GRAPH_FORMATS.join(', ')}: it is ${format}\n`)
        return EXIT.usage
      }
      const { graph, labels } = await lookAtGraph(target, app, argv)
      process.stdout.write(json ? `${JSON.stringify(graph)}\n` : draw(graph, format as GraphFormat, labels))
      return EXIT.ok
    },
  })
}

/** The graph of the train that runs, with its counts; if none does, of the one that would. */
async function lookAtGraph(
  target: Target,
  app: string,
  argv: readonly string[],
): Promise<{ graph: Graph; labels: Map<string, string> }> {
  try {
    return await ask(target, async (client) => {
      const graph = (await client.request({ op: 'call', method: 'graph' })) as Graph
      const rows = rowsOf(await lookAtItems(client), null)
      return { graph, labels: new Map(rows.map((row) => [row.cog, `${short(row.in)} in, ${short(row.out)} out`])) }
    })
  } catch (error) {
    if (codeOf(error) !== 'ERR_NOT_RUNNING') throw error
    const found = await requireApp(app, argv, 'graph')
    const { plan } = await withinLoadLimit(app, argv, 'built', () => checkApp(found, { argv }))
    return { graph: graphOf(found.name, plan), labels: new Map() }
  }
}
