// Stored code, as a job that goes on: `dst` becomes true when `src` reaches `high` and false when it falls to `low`;
// between the two it stays what it is, so that a value at the edge doesn't make it flutter. `flip` turns it round.
//
//   deadbeat code set transform.switch -S apps/fleet/switch.ts --vars src,dst,high,low -s flip =f
//   deadbeat job set fan -c transform.switch -s src .room.temperature -s dst .room.fan -s high 25 -s low 23 -t 0

type Given = import('deadbeat/runner').CodeContext
declare const _self: Given['_self'], _info: Given['_info'], _cls: Given['_cls'], _log: Given['_log']
declare const src: readonly string[], dst: readonly string[], flip: boolean, high: number, low: number

if (!(low < high)) throw new RangeError(`low must be below high: they are ${low} and ${high}`)
let last = await _self.get(dst)
await _self.watch(src, { coalesce: true })
await _self.setupDone()
for await (const msg of _info) {
  if (msg === null) throw new Error('it could not keep up')
  if (!(msg instanceof _cls.ChangeMsg) || msg.value === undefined) continue
  if (typeof msg.value !== 'number') {
    _log.warn({ value: msg.value }, 'what is to switch is no number')
    continue
  }
  if (msg.value > low && msg.value < high) continue
  const next = msg.value >= high !== flip
  if (next !== last) await _self.set(dst, next)
  last = next
}
