// Our contenders: real trains, wound up and run as a user runs them: guard, accounts, one ticket for each 256 data.
import { Drain, Escapement, Modifier, Supply, Train, itemGetter, itemSetter, keepIf, one } from 'deadbeat'
import { clone, contract as contractWork, f1, f10, f2, f3, f4, f5, f6, f7, f8, f9, keep, make, Sink } from './work.mjs'

const CHUNK = 256

const sourceClass = (Supply, CHUNK) =>
  class Source extends Supply {
    acknowledged = 0
    start() {}
    finish() {}
    acknowledge(ticket) {
      this.acknowledged += ticket.count
    }
    run(n, makeOne) {
      for (let i = 0; i < n; i += CHUNK) {
        const end = Math.min(n, i + CHUNK)
        const ticket = this.open(null, end - i)
        this.begin(ticket)
        for (let j = i; j < end; j++) this.put(makeOne(j))
        this.end(ticket)
      }
    }
  }

/** A sink that can be changed between passes; all it takes is written at once. */
const countClass = (Drain, Sink) =>
  class Count extends Drain {
    sink = new Sink()
    taken = 0
    take(d) {
      const s = this.sink
      s.ring[s.count & 1023] = d
      s.count++
      s.sum = (s.sum + d.n + d.e) | 0
      this.taken++
    }
    position() {
      return this.taken
    }
    get flushed() {
      return this.taken
    }
  }

// Bodies of their own for what each train's user writes, cogs, supply and drain: a body that two trains share learns the
// shapes of both. What is left in common is the engine.
let serial = 0
const again = (fn) => new Function(`/* ${++serial} */ return ${fn}`)()
const fresh = (fn) => new Function('clone', `/* ${++serial} */ return ${fn}`)(clone)

const hinted = (flow) => {
  const head = [f1, f2, f3, f4, f5].map((f) => one(fresh(f)))
  const tail = [f6, f7, f8, f9, f10].map((f) => one(fresh(f)))
  if (flow === 'fanout') return [...head, fresh((d) => (d.id % 10 === 0 ? [d, clone(d)] : [d])), ...tail]
  if (flow === 'filter') return [...head, keepIf(fresh(keep)), ...tail]
  return [...head, ...tail]
}

class Add extends Modifier {
  compute(n) {
    return n + this.options.by
  }
}
class Xor extends Modifier {
  compute(n) {
    return n ^ this.options.by
  }
}
class Copy extends Modifier {
  compute(piece) {
    return piece
  }
}
class Scale extends Modifier {
  compute(n) {
    return (n * this.options.by) & 0xffff
  }
}
class Low extends Modifier {
  compute(n) {
    return n & 15
  }
}
class Sum extends Modifier {
  compute(d) {
    return d.c + d.a
  }
}
const whole = (d) => d
const modifiers = (train) => {
  const piece = (from, to, more = {}) => ({ getter: itemGetter(from), setter: itemSetter(to), ...more })
  return [
    new Add(train, piece('n', 'n', { by: 1 })),
    new Xor(train, piece('n', 'n', { by: 7 })),
    new Copy(train, piece('n', 'a')),
    new Copy(train, piece('ip', 'b')),
    new Scale(train, piece('n', 'n', { by: 3 })),
    new Low(train, piece('id', 'c')),
    new Add(train, piece('n', 'n', { by: -2 })),
    new Add(train, piece('a', 'a', { by: 1 })),
    new Sum(train, { getter: whole, setter: itemSetter('e') }),
    new Xor(train, piece('n', 'n', { by: 1 })),
  ]
}

function trainOf(cogsOf) {
  const train = new Train(new Escapement())
  const source = new (again(sourceClass)(Supply, CHUNK))(train, {})
  const count = new (again(countClass)(Drain, Sink))(train, {})
  train.line(source, ...cogsOf(train), count)
  train.wind()
  return { source, count }
}

function contender(cogsOf) {
  const { source, count } = trainOf(cogsOf)
  return (n, sink) => {
    count.sink = sink
    source.acknowledged = 0
    source.run(n, make)
    if (source.acknowledged !== n) throw new Error(`acknowledged ${source.acknowledged} of ${n}`)
  }
}

/** Cogs of the kinds `one` and `keepIf`. */
export const ours = (flow) => contender(() => hinted(flow))

/** Plain functions that return lists. */
export const contract = (flow) => contender(() => contractWork(flow).map(fresh))

/** Ten instances of cogs that are classes, with getters and setters injected. */
export const classes = () => contender(modifiers)

/** The same as `ours`, after three trains of other shapes ran in this process. */
export const fourth = (flow) => {
  const shapes = [
    (i) => ({ z: i, id: i, n: i, ip: 'x' }),
    (i) => ({ n: i, y: 1, ip: 'y', id: i }),
    (i) => ({ ip: 'q', id: i, w: 'a', n: i }),
  ]
  for (const shape of shapes) trainOf(() => hinted('plain')).source.run(200_000, shape)
  return contender(() => hinted(flow))
}
