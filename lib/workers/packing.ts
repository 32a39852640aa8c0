/** How data cross from one thread to another: texts go as one, since each by itself would cost more than its bytes. */

/** Data on their way: strings joined by line ends, if none of them has one; else a list, which is cloned. */
export type Packed = string | readonly unknown[]

/** Pack data; there must be one at least. */
export function pack(data: readonly unknown[]): Packed {
  return data.every((datum) => typeof datum === 'string' && !datum.includes('\n')) ? data.join('\n') : data
}

/**
 * The data, one by one.
 *
 * @example
 * assert.deepEqual(unpack(pack(['a', 'b'])), ['a', 'b'])
 * assert.deepEqual(unpack(pack(['a\n', 'b', 1])), ['a\n', 'b', 1])
 */
export function unpack(packed: Packed): readonly unknown[] {
  return typeof packed === 'string' ? packed.split('\n') : packed
}

/** Packs data that come one after the other. */
export class Packing {
  #text = ''
  #list: unknown[] | null = null
  #ks = new Uint32Array(512)
  #count = 0

  /** Add one, which came of the k-th of the others. */
  add(datum: unknown, k: number): void {
    if (this.#list === null) {
      if (typeof datum === 'string' && !datum.includes('\n')) this.#text += this.#count === 0 ? datum : `\n${datum}`
      else this.#list = this.#count === 0 ? [] : this.#text.split('\n')
    }
    this.#list?.push(datum)
    if (this.#count === this.#ks.length) {
      const more = new Uint32Array(this.#count * 2)
      more.set(this.#ks)
      this.#ks = more
    }
    this.#ks[this.#count++] = k
  }

  /** All of it, in the order of what it came of. */
  taken(): { readonly data: Packed; readonly ks: Uint32Array } {
    const ks = this.#ks.slice(0, this.#count)
    const data = this.#count === 0 ? [] : (this.#list ?? this.#text)
    return isAscending(ks) ? { data, ks } : sorted(unpack(data), ks)
  }
}

function isAscending(ks: Uint32Array): boolean {
  for (let i = 1; i < ks.length; i++) if ((ks[i] as number) < (ks[i - 1] as number)) return false
  return true
}

function sorted(data: readonly unknown[], ks: Uint32Array): { data: Packed; ks: Uint32Array } {
  const order = Array.from(ks.keys()).sort((a, b) => (ks[a] as number) - (ks[b] as number))
  return { data: pack(order.map((i) => data[i])), ks: Uint32Array.from(order, (i) => ks[i] as number) }
}
