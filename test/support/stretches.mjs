// Stretches of trains for worker threads, as users write them.
import { threadId } from 'node:worker_threads'
import { Cog, one } from 'deadbeat'
import { Dedupe } from 'deadbeat/cogs/dedupe'
import { ParseJson } from 'deadbeat/cogs/parse-json'

/** `text` in capitals; `drop…` gives nothing, `twice…` two, `fail…` fails, `half…` fails when a part has gone on. */
export default () => [
  (text) => (text.startsWith('drop') ? null : text.startsWith('twice') ? [text, text] : [text]),
  function* work(text) {
    if (text.startsWith('half')) yield text
    if (/^(fail|half)/.test(text)) throw new RangeError(`not ${text}`)
    yield text.toUpperCase()
  },
]

export const json = (train, { field }) => [new ParseJson(train), one((data) => ({ ...data, [field]: true }))]

/** Answers later, the first data last. */
export const slow = () => {
  let waiting = []
  return [
    Object.assign(
      (n) =>
        new Promise((resolve) => {
          waiting.push(() => resolve([n]))
          if (waiting.length === 1)
            setImmediate(() => {
              for (const answer of waiting.reverse()) answer()
              waiting = []
            })
        }),
      { ordered: false, concurrencyMax: 100 },
    ),
  ]
}

/** What says `die` ends its worker, each in its way. */
export const deadly = () => [
  async (text) => {
    if (text === 'die by exit') process.exit(3)
    if (text !== 'die by error') return [`${text}!`]
    setImmediate(() => { throw new Error('out of luck') }) // prettier-ignore
    return new Promise(() => {})
  },
]

/** A worker that dies at the first datum of each process only. */
export const frail = (_, counter) => [
  one((text) => {
    if (Atomics.add(new Int32Array(counter), 0, 1) === 0) process.exit(7)
    return text
  }),
]

export const whoami = () => [one((n) => ({ n, threadId }))]
export const functions = () => [one((n) => (n === 1 ? () => n : n))]
export const logging = (train) => {
  class Loud extends Cog {
    turn(data) {
      this.train.log.info({ data, err: new Error('why') }, 'took it')
      return [data]
    }
  }
  return [new Loud(train, {})]
}
export const remembering = (train) => [new Dedupe(train, { keyGetter: (data) => data })]
export const gathering = (train) => {
  class Gather extends Cog {
    turn() {
      this.bundle ??= this.train.bundle()
      this.bundle.add()
      return null
    }
    finish() {
      this.bundle?.give('all')
    }
  }
  return [new Gather(train, {})]
}
export const nothing = () => []
export const number = 7
export const failing = () => { throw new Error('no stretch today') } // prettier-ignore

/** Composes itself only once in a process; `die` ends the worker. */
export const once = (_, counter) => {
  if (Atomics.add(new Int32Array(counter), 0, 1) > 0) throw new Error('no second time')
  return [(text) => (text === 'die' ? process.exit(1) : [text])]
}

export const stuck = () => [() => new Promise(() => {})]

/** Is in an endless loop at `stuck`, each time counted. */
export const endless = (_, counter) => [
  one((text) => {
    if (text !== 'stuck') return text
    Atomics.add(new Int32Array(counter), 0, 1)
    for (;;);
  }),
]

/** Lets nothing through until the gate is open. */
export const gated = (_, gate) => [
  one((text) => {
    Atomics.wait(new Int32Array(gate), 0, 0)
    return text
  }),
]
