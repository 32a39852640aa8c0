// node bench/runner/node.mjs NAME URL JOBS TTL: a node of a fleet. Of the JOBS that it writes first none is due for a day.
// It says how long its longest turn was until it had looked at all of them, and for each line that it reads, the revision
// of the store.
import { createInterface } from 'node:readline'
import { SystemClock, silentLogger } from 'deadbeat'
import { openKv } from 'deadbeat/kv'
import { Keys, makeNode, startApp, startJob } from 'deadbeat/runner'

const [, , name, url, jobs, ttl] = process.argv
const [count, ttlMs] = [Number(jobs), Number(ttl)]

/** Times what the runner does in one go: a pass over its jobs is one. */
class TimedClock extends SystemClock {
  longestMs = 0

  soon(ring) {
    super.soon(() => {
      const begun = performance.now()
      ring()
      this.longestMs = Math.max(this.longestMs, performance.now() - begun)
    })
  }
}

const clock = new TimedClock()
const kv = openKv(url, { clock })
const keys = new Keys()
const target = clock.wall() / 1000 + 24 * 3600
for (let first = 0; first < count; first += 100) {
  await kv.transact(async (txn) => {
    for (let at = first; at < Math.min(first + 100, count); at++) {
      const key = keys.job({ kind: 'any', group: 'default', path: ['job', `${at}`] })
      await txn.put(key, JSON.stringify({ code: 'beat', target }), { lease: null })
    }
  })
}

clock.longestMs = 0
const call = () => Promise.reject(new Error('there are no daemons'))
const node = makeNode({
  ...{ kv, name, keys, kinds: ['any'], ttlMs, guardMs: ttlMs / 5, log: silentLogger, startJob, startApp, call },
})
await node.open()
await new Promise((resolve) => clock.soon(() => clock.soon(resolve))) // Behind the pass.
const [waiting] = node.runners.map((runner) => runner.whyNot(`/job/${count - 1}`))
process.stdout.write(`${JSON.stringify({ passMs: clock.longestMs, waiting })}\n`)
createInterface({ input: process.stdin }).on('line', async () => {
  const [, { revision }] = await kv.get('/none')
  process.stdout.write(`${JSON.stringify({ revision })}\n`)
})
