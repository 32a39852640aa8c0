// Stored code, as a job that goes on: makes of a counter at `src` a rate at `dst`, per second and times `factor`. The first
// change after a rest is told at once, then what came in each slot of `seconds`; when nothing comes in one, it is 0, and
// the counter rests. A counter that begins anew goes on from 0.
//
//   deadbeat code set transform.timeslot -S apps/fleet/timeslot.ts --vars src,dst,seconds -s factor 1
//   deadbeat job set rain -c transform.timeslot -s src .roof.tips -s dst .roof.rain -s seconds 60 -s factor 0.2 -t 0

type Given = import('deadbeat/runner').CodeContext
declare const _self: Given['_self'], _info: Given['_info'], _cls: Given['_cls'], _log: Given['_log']
declare const src: readonly string[], dst: readonly string[], seconds: number, factor: number

if (!(seconds > 0)) throw new RangeError(`seconds must be above 0: it is ${seconds}`)
let last: number | null = null
let sum = 0
let isResting = true as boolean
const tell = async (): Promise<void> => {
  const rate = (sum / seconds) * factor
  isResting = sum === 0
  sum = 0
  if (!isResting) timer.run(seconds * 1000)
  await _self.set(dst, rate)
}

const timer = _self.timer(0)
await _self.watch(src, { coalesce: true })
await _self.setupDone()
for await (const msg of _info) {
  if (msg === null) throw new Error('it could not keep up')
  if (msg instanceof _cls.TimerMsg) await tell()
  if (!(msg instanceof _cls.ChangeMsg) || msg.value === undefined) continue
  if (typeof msg.value !== 'number') {
    _log.warn({ value: msg.value }, 'what is to be counted is no number')
    continue
  }
  if (last !== null) sum += msg.value < last ? msg.value : msg.value - last
  last = msg.value
  if (isResting && sum > 0) await tell()
}
