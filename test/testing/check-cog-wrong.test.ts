import { expect, test } from '@jest/globals'
import { Cog, Mapper, type Hold, type Json, type Turn } from '../../lib/movement/index.js'
import { checkCog, type MakeCog } from '../../lib/testing/index.js'
import { Gather, ITEMS, Recall, Third, Wait, type Item } from './check/cogs.js'

class HoldsAndReturns extends Cog<Item> {
  turn(data: Item): Turn<Item> {
    const hold = this.train.hold(data)
    this.train.esc.after(10, () => this.train.resume(hold, null))
    return [data]
  }
}

class HoldsTwice extends Cog<Item> {
  turn(data: Item): Turn<Item> {
    for (const hold of [this.train.hold(data), this.train.hold(data)])
      this.train.esc.after(10, () => this.train.resume(hold, [data]))
    return null
  }
}

class BundlesAndReturns extends Gather {
  override turn(data: Item): Turn<never> {
    super.turn(data)
    return [data] as never
  }
}

class ThrowsWhileHolding extends Wait {
  override turn(data: Item): Turn<Item> {
    super.turn(data)
    throw new Error('too late')
  }
}

class Forgetful extends Wait {
  protected override back(hold: Hold<Item>): void {
    if (hold.data.n !== 5) super.back(hold)
  }
}

class GivesTwice extends Wait {
  protected override back(hold: Hold<Item>): void {
    super.back(hold)
    try {
      super.back(hold)
    } catch {
      // Nobody sees it.
    }
  }
}

class MergesTwice extends Cog<Item> {
  turn(data: Item): Turn<Item> {
    const hold = this.train.hold(data)
    try {
      this.train.merge([hold, hold], data)
    } catch {
      // Nobody sees it.
    }
    return null
  }
}

class NeverGives extends Gather {
  override finish(): void {
    // It waits for a third.
    if (this.list.length === 3) super.finish()
  }
}

class LosesOne extends Recall {
  override snapshot(): Json {
    return this.list.slice(1) as unknown as Json
  }
}

class CountsOneTwice extends Recall {
  override snapshot(): Json {
    return [...this.list.slice(0, 1), ...this.list] as unknown as Json
  }
}

class MiscountsItsBundle extends Recall {
  override restore(json: Json): void {
    super.restore(json)
    this.bundle = this.train.bundle(this.list.length + 1)
  }
}

class ForgetsItsCount extends Third {
  override restore(): void {
    // It begins at none.
  }
}

class SnapshotOnly extends Cog<Item> {
  turn(data: Item): Turn<Item> {
    return [data]
  }

  override snapshot(): Json {
    return 1
  }
}

class SnapshotOfMap extends SnapshotOnly {
  private readonly seen = new Map<number, Item>()

  override snapshot(): Json {
    return this.seen as unknown as Json
  }

  override restore(): void {
    this.seen.clear()
  }
}

class KeepsTicking extends Mapper<Item> {
  override start(): void {
    this.train.esc.every(60_000, () => undefined)
  }

  one(data: Item): Item {
    return data
  }
}

class BindsLate extends Mapper<Item> {
  private readonly esc = this.train.esc

  one(data: Item): Item {
    return data
  }

  override done(): void {
    this.esc.after(10, () => undefined)
  }
}

class SwapsData extends Cog<Item> {
  private readonly waiting: Hold<Item>[] = []

  turn(data: Item): Turn<Item> {
    this.waiting.push(this.train.hold(data))
    if (this.waiting.length === 2) this.swap()
    return null
  }

  override finish(): void {
    for (const hold of this.waiting) this.train.resume(hold, null)
  }

  private swap(): void {
    const [a, b] = this.waiting.splice(0) as [Hold<Item>, Hold<Item>]
    this.train.resume(a, [{ ...b.data }])
    this.train.resume(b, [{ ...a.data }])
  }
}

/** Keeps data of events that it lets end. */
class Late extends Cog<Item> {
  private before: Item | null = null

  turn(data: Item): Turn<Item> {
    const { before } = this
    this.before = data
    return before === null ? null : [before]
  }
}

class Keeps extends Wait {
  static last: Hold<Item> | null = null

  override turn(data: Item): Turn<Item> {
    Keeps.last = this.train.hold(data)
    return null
  }
}

/** Takes what the one before it holds. */
class Takes extends Keeps {
  override start(): void {
    this.train.esc.every(1, () => {
      if (Keeps.last !== null) this.back(Keeps.last)
      Keeps.last = null
    })
  }
}

class Endless extends Cog<Item> {
  turn(data: Item): Turn<Item> {
    return [data]
  }

  override finish(): Promise<void> {
    return new Promise(() => undefined)
  }
}

class ThrowsInATimer extends Mapper<Item> {
  one(data: Item): Item {
    this.train.esc.after(1, () => {
      throw new Error('in a timer')
    })
    return data
  }
}

class ThrowsInFinish extends SnapshotOnly {
  override restore(): void {
    // It remembers nothing.
  }

  override finish(): void {
    throw new Error('no end')
  }
}

test.each<[string, MakeCog, RegExp]>([
  [
    'returns and holds',
    (train) => new HoldsAndReturns(train, {}),
    /^HoldsAndReturns returns data in a turn and holds the same datum without share\(\) \(seed 1: repeat it with \{ seed: 1, runs: 1 \}\)/,
  ],
  ['holds one datum twice', (train) => new HoldsTwice(train, {}), /holds one datum twice in a turn without share\(\)/],
  [
    'returns and gathers',
    (train) => new BundlesAndReturns(train, {}),
    /returns data in a turn and holds the same datum/,
  ],
  ['throws and holds', (train) => new ThrowsWhileHolding(train, {}), /throws in a turn in which it holds the datum/],
  [
    'forgets a hold',
    (train) => new Forgetful(train, {}),
    /Forgetful still holds 1 data after its finish: give each of them back/,
  ],
  [
    'gives a hold back twice, unseen',
    (train) => new GivesTwice(train, {}),
    /gives a hold back twice, the second time with resume\(\)/,
  ],
  [
    'merges a hold with itself, unseen',
    (train) => new MergesTwice(train, {}),
    /gives a hold back twice, in one list for merge\(\)/,
  ],
  [
    'gathers without a finish',
    (train) => new NeverGives(train, {}),
    /still has [12] data gathered after its finish: give them there/,
  ],
  [
    'loses one by a snapshot',
    (train) => new LosesOne(train, {}),
    /says in restore\(\) that \d data are gathered|changes the result by snapshot\(\) and restore\(\): of the outputs, .* are lost/,
  ],
  [
    'counts one twice by a snapshot',
    (train) => new CountsOneTwice(train, {}),
    /says in restore\(\) that \d data are gathered|changes the result/,
  ],
  [
    'says a wrong number of what is restored',
    (train) => new MiscountsItsBundle(train, {}),
    /says in restore\(\) that \d data are gathered: at the snapshot there were \d/,
  ],
  [
    'forgets by a snapshot',
    (train) => new ForgetsItsCount(train, {}),
    /changes the result by snapshot\(\) and restore\(\): of the outputs, .* are lost/,
  ],
  [
    'has a snapshot alone',
    (train) => new SnapshotOnly(train, {}),
    /fails the train: SnapshotOnly has a snapshot\(\) but no restore\(\): write both/,
  ],
  [
    'has a snapshot that is no JSON',
    (train) => new SnapshotOfMap(train, {}),
    /fails the train: the snapshot of SnapshotOfMap must be JSON/,
  ],
  [
    'keeps a timer',
    (train) => new KeepsTicking(train, {}),
    /has a periodic timer bound after its finish: take back what was bound/,
  ],
  ['binds a timer at the very end', (train) => new BindsLate(train, {}), /has a timer bound after its finish/],
  [
    'resumes with data of another event',
    (train) => new SwapsData(train, {}),
    /gives data of another event: \{"n":\d+\} goes on as what came of \{"n":\d+\}/,
  ],
  ['gives data of an event that is over', (train) => new Late(train, {}), /gives data of another event/],
  [
    "gives back another's hold",
    (train) => [new Keeps(train, {}), new Takes(train, {})],
    /Keeps, Takes gives back a hold that isn't its own, with resume\(\)/,
  ],
  [
    'never finishes',
    (train) => new Endless(train, {}),
    /doesn't come to its end (by itself when its input has|within 30 s of the clock after a stop)/,
  ],
  ['throws in a timer', (train) => new ThrowsInATimer(train, {}), /fails in something that it has bound: in a timer/],
  ['throws in finish', (train) => new ThrowsInFinish(train, {}), /fails the train: no end/],
])('one that %s is rejected', async (_name, make, message) => {
  await expect(checkCog(make, ITEMS, { runs: 36 })).rejects.toThrow(message)
})

/** Holds its data, and remembers something over a crash. */
class WaitsAndRemembers extends Wait {
  private count = 0

  override turn(data: Item): Turn<Item> {
    this.count++
    return super.turn(data)
  }

  override snapshot(): Json {
    return this.count
  }

  override restore(json: Json): void {
    this.count = json as number
  }
}

test('data that no check-point can hold are a fault of a cog that holds them behind a snapshot', async () => {
  const make: MakeCog = (train) => new WaitsAndRemembers(train, {})
  await checkCog(make, ITEMS, { runs: 12 })
  const dated = ITEMS.map((item) => ({ ...item, at: new Date(0) }))
  await expect(checkCog(make, dated, { runs: 12 })).rejects.toThrow(
    'WaitsAndRemembers holds data of which no check-point can be made',
  )
})

test('a timer of the train itself is seen as well', async () => {
  const make: MakeCog = (train) => {
    train.esc.every(1000, () => undefined)
    return (data: Item) => [data]
  }
  await expect(checkCog(make, ITEMS, { runs: 1 })).rejects.toThrow('function leaves its train a timer that still runs')
})
