// node bench/timers/set.mjs ours|limit uniform|distinct|fine COUNT: sets COUNT timers. `uniform` lets them run, with delays
// of 1,000 values up to 1 s; `distinct` has as many delays as timers, whole ms up to a quarter of an hour, and takes them
// back; `fine` lets run as many delays as timers, fractions of ms up to 1 s. Prints ns of CPU a timer.
const [, , contender, variant, countText] = process.argv
const count = Number(countText)

// A step that shares no factor with the count visits every number below it once, in no order.
const STEP = 7_368_787
const place = (i) => (i * STEP) % count
const delays = {
  uniform: (i) => 1 + (place(i) % 1000),
  distinct: (i) => 1 + place(i),
  fine: (i) => 1 + (place(i) / count) * 1000,
}
const delayOf = delays[variant]

const { Escapement } = contender === 'ours' ? await import('deadbeat') : { Escapement: null }
const esc = Escapement?.instance
let ran = 0
let sum = 0
let before

function run(index) {
  ran++
  sum += index
  if (ran === count) finish()
}

function finish() {
  const { user, system } = process.cpuUsage(before)
  console.log(JSON.stringify({ ns: ((user + system) * 1000) / count, ran, sum }))
}

const timers = variant === 'distinct' ? new Array(count) : null
before = process.cpuUsage()
if (timers === null) {
  if (esc) for (let i = 0; i < count; i++) esc.after(delayOf(i), run, i)
  else for (let i = 0; i < count; i++) setTimeout(run, delayOf(i), i)
} else {
  // Taken back in another order than they were set in.
  if (esc) {
    for (let i = 0; i < count; i++) timers[place(i)] = esc.after(delayOf(i), run, i)
    for (let i = 0; i < count; i++) esc.cancel(timers[i])
  } else {
    for (let i = 0; i < count; i++) timers[place(i)] = setTimeout(run, delayOf(i), i)
    for (let i = 0; i < count; i++) clearTimeout(timers[i])
  }
  finish()
}
