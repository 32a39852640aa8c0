// Cogs that keep their promises.
import { Cog, type Bundle, type Hold, type Json, type Turn } from '../../../lib/movement/index.js'

export interface Item {
  n: number
}
export const ITEMS: readonly Item[] = Array.from({ length: 12 }, (_, n) => ({ n }))

/** Lets every datum wait on the clock. */
export class Wait extends Cog<Item> {
  turn(data: Item): Turn<Item> {
    const hold = this.train.hold(data)
    this.train.esc.after(100 * (data.n % 4), () => this.back(hold))
    return null
  }

  protected back(hold: Hold<Item>): void {
    this.train.resume(hold, [hold.data])
  }
}

/** Makes one of three. */
export class Gather extends Cog<Item, Item[]> {
  protected list: Item[] = []
  protected bundle: Bundle | null = null

  turn(data: Item): Turn<Item[]> {
    this.bundle ??= this.train.bundle()
    this.bundle.add()
    this.list.push(data)
    if (this.list.length === 3) this.finish()
    return null
  }

  override finish(): void {
    const { list } = this
    this.list = []
    this.bundle?.give(list.length === 0 ? null : list)
  }
}

/** The same, and remembers what it has gathered over a crash. */
export class Recall extends Gather {
  override snapshot(): Json {
    return this.list as unknown as Json
  }

  override restore(json: Json): void {
    this.list = json as unknown as Item[]
    this.bundle = this.train.bundle(this.list.length)
  }
}

/** Merges pairs. */
export class Pairs extends Cog<Item> {
  private first: Hold<Item> | null = null

  turn(data: Item): Turn<Item> {
    const hold = this.train.hold(data)
    if (this.first === null) this.first = hold
    else {
      this.train.merge([this.first, hold], { n: this.first.data.n + data.n })
      this.first = null
    }
    return null
  }

  override finish(): void {
    if (this.first !== null) this.train.resume(this.first, null)
  }
}

/** Gives a datum now and again later. */
export class Twice extends Cog<Item> {
  turn(data: Item): Turn<Item> {
    const hold = this.train.share(data)
    this.train.esc.after(50, () => this.train.resume(hold, [{ ...data }]))
    return [data]
  }
}

/** Counts what it lets through, and every third fails. */
export class Third extends Cog<Item, { n: number; count: number }> {
  private count = 0

  turn({ n }: Item): Turn<{ n: number; count: number }> {
    if (++this.count % 3 === 0) throw new Error('a third')
    return this.count % 4 === 0
      ? []
      : [
          { n, count: this.count },
          { n, count: -this.count },
        ]
  }

  override snapshot(): Json {
    return this.count
  }

  override restore(json: Json): void {
    this.count = json as number
  }
}

export class AsyncWait extends Cog<Item> {
  override readonly ordered = false
  override readonly concurrencyMax = 2

  async turn(data: Item): Promise<Item[]> {
    await Promise.resolve()
    if (data.n % 5 === 4) throw new Error('a fifth')
    return [data]
  }
}
