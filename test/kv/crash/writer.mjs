// node writer.mjs FILE NAME: writes to a store until it is killed, several commits at once, and says of each what it was
// once it is acknowledged: `NAME NUMBER REVISION`. Each commit writes a pair of keys, which must never be seen unequal.
import { writeSync } from 'node:fs'
import { EmbeddedBackend } from '../../../dist/lib/kv/index.js'

const [, , file, name] = process.argv
const { engine } = new EmbeddedBackend({ file, revisionsMax: 20_000 })
const put = (key, value, lease = 0n) => ({ op: 'put', key, value: Buffer.from(String(value)), lease })
const IN_FLIGHT = 3

const { id } = await engine.grant(1)
await engine.commit([], [put(`alive/${name}`, process.pid, id)])
setInterval(() => void engine.keepAlive(id), 300)

let next = 0
await Promise.all(Array.from({ length: IN_FLIGHT }, (_, lane) => write(lane)))

async function write(lane) {
  for (;;) {
    const number = next++
    const pair = ['a', 'b'].map((side) => `pair/${name}/${lane}/${side}`)
    const ops =
      number % 7 === 6
        ? pair.map((key) => ({ op: 'delete', key }))
        : pair.map((key) => put(key, number.toString().repeat(1 + (number % 50))))
    const { revision } = await engine.commit([], [put(`last/${name}/${lane}`, number), ...ops])
    writeSync(1, `${name} ${number} ${revision}\n`)
    if (number % 4 === 0) await countUp()
  }
}

/** Read, and write only if nobody wrote meanwhile. */
async function countUp() {
  for (;;) {
    const { results } = await engine.range([{ key: 'count' }])
    const [kv] = results[0].kvs
    const compare = { key: 'count', target: 'mod', is: '=', than: kv?.mod ?? 0 }
    const { ok } = await engine.commit([compare], [put('count', Number(Buffer.from(kv?.value ?? '0')) + 1)])
    if (ok) return
  }
}
