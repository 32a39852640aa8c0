// node bench/chain/one.mjs CONTENDER FLOW [COUNT]: one contender in a process of its own, plain, fanout or filter.
// Prints ns of CPU a source datum (the middle one of five passes), and what its sink counted and summed up.
import { Sink } from './work.mjs'

const [, , contender, flow = 'plain', countText = '2000000'] = process.argv
const modules = { hand: './hand.mjs', rxjs: './rxjs.mjs', most: '../peers/chain-most.mjs' }
const make = (await import(modules[contender] ?? './trains.mjs'))[contender]
const count = Number(countText)
const run = await make(flow)
for (let warmed = 0; warmed < 4; warmed++) await run(count / 10, new Sink())
const passes = []
let sink
for (let pass = 0; pass < 5; pass++) {
  sink = new Sink()
  const before = process.cpuUsage()
  await run(count / 2, sink)
  const { user, system } = process.cpuUsage(before)
  passes.push(((user + system) * 1000) / (count / 2))
}
passes.sort((a, b) => a - b)
console.log(JSON.stringify({ ns: passes[2], count: sink.count, sum: sink.sum }))
