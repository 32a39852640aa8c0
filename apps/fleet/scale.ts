// Stored code, as a job that goes on: what is at `src`, times `factor`, plus `offset`, goes to `dst`, at each change.
//
//   deadbeat code set transform.scale -S apps/fleet/scale.ts --vars src,dst -s factor 1 -s offset 0
//   deadbeat job set lamp -c transform.scale -s src .room.raw -s dst .room.lamp -s factor 0.1 -t 0

type Given = import('deadbeat/runner').CodeContext
declare const _self: Given['_self'], _info: Given['_info'], _cls: Given['_cls'], _log: Given['_log']
declare const src: readonly string[], dst: readonly string[], factor: number, offset: number

await _self.watch(src, { fetch: false, coalesce: true })
await _self.setupDone()
for await (const msg of _info) {
  if (msg === null) throw new Error('it could not keep up')
  if (!(msg instanceof _cls.ChangeMsg) || msg.value === undefined) continue
  if (typeof msg.value === 'number') await _self.set(dst, msg.value * factor + offset)
  else _log.warn({ value: msg.value }, 'what is to be scaled is no number')
}
