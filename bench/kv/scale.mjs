// node --expose-gc bench/kv/scale.mjs memory|file|etcd [--keys N] [--watches N]: what many keys and many watches take, in
// steps, so that it shows whether it grows with their number. Times are ms for the step's share, memory is of this process.
import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { openKv } from 'deadbeat/kv'
import { residentMb, workDirectory } from '../processes.mjs'
import { VALUE } from './rows.mjs'
import { startEtcd } from './server.mjs'

const STEPS = 4
const FLIGHT = 64
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { keys: { type: 'string', default: '100000' }, watches: { type: 'string', default: '10000' } },
})
const [store] = positionals
const etcd = store === 'etcd' ? await startEtcd() : null
const directory = workDirectory('kv-scale')
rmSync(directory, { recursive: true })
const kv = openKv(
  { memory: 'memory:', file: `file:${workDirectory('kv-scale')}/store`, etcd: `etcd://${etcd?.address}` }[store],
)

async function timed(work) {
  const start = process.hrtime.bigint()
  await work()
  return Math.round(Number(process.hrtime.bigint() - start) / 1e6)
}

async function together(from, to, job) {
  let next = from
  const work = async () => {
    while (next < to) await job(next++)
  }
  await Promise.all(Array.from({ length: FLIGHT }, work))
}

const memoryMb = () => {
  globalThis.gc?.()
  return Math.round(residentMb('self'))
}
const rows = []
const keys = Number(values.keys)
for (let step = 0; step < STEPS; step++) {
  const [from, to] = [(keys * step) / STEPS, (keys * (step + 1)) / STEPS]
  const write = await timed(() => together(from, to, (i) => kv.put(`/scale/${i % 100}/${i}`, VALUE)))
  const list = await timed(() => kv.listKeys('/scale/', { recurse: 1, withValues: true }))
  rows.push({ keys: to, writeMs: write, listAllMs: list, memoryMb: memoryMb() })
}
console.table(rows)

const watches = Number(values.watches)
const told = []
const open = []
let heard = 0
let hearAll = () => {}
for (let step = 0; step < STEPS; step++) {
  const [from, to] = [(watches * step) / STEPS, (watches * (step + 1)) / STEPS]
  const openMs = await timed(() =>
    together(from, to, async (i) => {
      const watch = kv.watch(`/scale/${i % 100}/${i}`)
      open.push(watch)
      await watch.ready
      void (async () => {
        for await (const event of watch) if (event.value !== null && ++heard === to) hearAll()
      })()
    }),
  )
  heard = 0
  const everyone = new Promise((resolve) => (hearAll = resolve))
  const tell = await timed(async () => {
    await together(0, to, (i) => kv.put(`/scale/${i % 100}/${i}`, VALUE))
    await everyone
  })
  told.push({ watches: to, openMs, writeAndHearEachMs: tell, memoryMb: memoryMb() })
}
console.table(told)
for (const watch of open) await watch.return()
await kv.close()
await etcd?.end()
