// The work of the chain bench: a source of small data, ten trivial cogs, and a counting sink. The same for every contender.
const IPS = Array.from({ length: 256 }, (_, i) => `192.0.2.${i}`)

export const make = (i) => ({ id: i, n: i & 1023, ip: IPS[i & 255] })

/** Counts and sums; keeps the last data in a ring, so that the compiler may not drop them. */
export class Sink {
  constructor() {
    this.count = 0
    this.sum = 0
    this.ring = new Array(1024).fill(null)
  }

  take(d) {
    this.ring[this.count & 1023] = d
    this.count++
    this.sum = (this.sum + d.n + d.e) | 0
  }
}

export const f1 = (d) => ((d.n = d.n + 1), d)
export const f2 = (d) => ((d.n = d.n ^ 7), d)
export const f3 = (d) => ((d.a = d.n), d)
export const f4 = (d) => ((d.b = d.ip), d)
export const f5 = (d) => ((d.n = (d.n * 3) & 0xffff), d)
export const f6 = (d) => ((d.c = d.id & 15), d)
export const f7 = (d) => ((d.n = d.n - 2), d)
export const f8 = (d) => ((d.a = d.a + 1), d)
export const f9 = (d) => ((d.e = d.c + d.a), d)
export const f10 = (d) => ((d.n = d.n ^ 1), d)

export const isDouble = (d) => d.id % 10 === 0
export const keep = (d) => (d.id & 1) === 0
export const clone = (d) => ({ id: d.id, n: d.n, ip: d.ip, a: d.a, b: d.b })

/** The ten as plain functions of the cog contract: a datum in, a list or nothing out. */
export const contract = (flow) => [
  (d) => ((d.n = d.n + 1), [d]),
  (d) => ((d.n = d.n ^ 7), [d]),
  (d) => ((d.a = d.n), [d]),
  (d) => ((d.b = d.ip), [d]),
  flow === 'fanout'
    ? (d) => ((d.n = (d.n * 3) & 0xffff), d.id % 10 === 0 ? [d, clone(d)] : [d])
    : flow === 'filter'
      ? (d) => ((d.n = (d.n * 3) & 0xffff), (d.id & 1) === 0 ? [d] : undefined)
      : (d) => ((d.n = (d.n * 3) & 0xffff), [d]),
  (d) => ((d.c = d.id & 15), [d]),
  (d) => ((d.n = d.n - 2), [d]),
  (d) => ((d.a = d.a + 1), [d]),
  (d) => ((d.e = d.c + d.a), [d]),
  (d) => ((d.n = d.n ^ 1), [d]),
]
