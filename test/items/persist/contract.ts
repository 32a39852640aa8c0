/** What every place for saved values promises. */
import { expect, test } from '@jest/globals'
import type { Persistence, Place } from '../../../lib/items/persist/persistence.js'

/** The daemon whose values are saved in tests. */
export const PLACE: Place = { store: 'lamp', alias: 'main', uuid: '06c90ede-ca4f-4aa3-9729-037e3b75d93d' }

/** A kind of places, as one test has it. */
export interface Kind {
  open(place: Place): Persistence
  end?(): Promise<void>
  /** Whether a second writer takes over, and it is the first that is refused from then on. */
  readonly takesOver?: boolean
}

/** Entries in the order of their keys. */
export function sorted(entries: Iterable<readonly [string, string]>): (readonly [string, string])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1))
}

const ODD: readonly (readonly [string, string])[] = [
  ['a.b/c', '"\u00e9\ud83d\ude00\\n"'],
  ['..', '2'],
  ['%2e', '{"__proto__":{"a":1}}'],
  ['__proto__', '5'],
  ['constructor', '6'],
]

/** Run the contract over a kind of places. */
export function checkPersistence(name: string, start: () => Kind | Promise<Kind>): void {
  const claim = (what: string, check: (open: Kind['open'], takesOver: boolean) => Promise<void>): void => {
    test(`${name}: ${what}`, async () => {
      const kind = await start()
      try {
        await check((place) => kind.open(place), kind.takesOver ?? false)
      } finally {
        await kind.end?.()
      }
    })
  }

  claim('has nothing at first', async (open) => {
    const persistence = open(PLACE)
    expect([...(await persistence.load())]).toEqual([])
    await persistence.close()
  })

  claim('the next run finds what was saved last, and what was not saved again', async (open) => {
    const first = open(PLACE)
    await first.load()
    await first.save(new Map([['level', '1'], ...ODD]))
    await first.save(new Map([['level', '2']]))
    await first.close()
    const second = open(PLACE)
    expect(sorted(await second.load())).toEqual(sorted([['level', '2'], ...ODD]))
    await second.close()
  })

  claim('two daemons have places of their own', async (open) => {
    const daemons = [
      PLACE,
      { ...PLACE, alias: 'other' },
      { ...PLACE, store: 'lamp/main', alias: 'x' },
      { ...PLACE, store: 'lamp', alias: 'main/x' },
      { ...PLACE, store: '..', alias: '..' },
    ].map(open)
    for (const daemon of daemons) await daemon.load()
    for (const [i, daemon] of daemons.entries()) await daemon.save(new Map([['level', String(i)]]))
    const found = await Promise.all(daemons.map(async (daemon) => [...(await daemon.load())]))
    expect(found).toEqual(daemons.map((_, i) => [['level', String(i)]]))
    for (const daemon of daemons) await daemon.close()
  })

  claim('of two writers one is refused, and the other one has its values', async (open, takesOver) => {
    const [first, second] = [open(PLACE), open(PLACE)]
    await first.load()
    await first.save(new Map([['level', '1']]))
    const isRefused = await second.load().then(() => false, (error: unknown) => error) // prettier-ignore
    if (!takesOver) expect(isRefused).toMatchObject({ code: 'ERR_IN_USE' })
    const [writer, other] = takesOver ? [second, first] : [first, second]
    if (takesOver) await expect(first.save(new Map([['level', '3']]))).rejects.toMatchObject({ code: 'ERR_IN_USE' })
    await other.close()
    await writer.save(new Map([['level', '2']]))
    await writer.close()
    const third = open(PLACE)
    expect([...(await third.load())]).toEqual([['level', '2']])
    await third.close()
  })

  claim('what was put aside is gone from what is loaded, and the rest stays', async (open) => {
    const first = open(PLACE)
    await first.load()
    await first.save(new Map([['level', '1'], ['colour', '2'], ['a/b', '3']])) // prettier-ignore
    expect(await first.putAside('level', 'it is bad')).not.toBe('')
    await first.putAside('a/b', 'it is bad')
    await first.save(new Map([['mode', '4']]))
    await first.close()
    const second = open(PLACE)
    expect(sorted(await second.load())).toEqual([['colour', '2'], ['mode', '4']]) // prettier-ignore
    await second.close()
  })

  claim('long texts and many keys come back whole', async (open) => {
    const first = open(PLACE)
    await first.load()
    const wanted = new Map(Array.from({ length: 300 }, (_, i) => [`key${i}`, `"${'é'.repeat(i)}"`]))
    wanted.set('long', `"${'x'.repeat(400_000)}"`)
    await first.save(wanted)
    await first.close()
    const second = open(PLACE)
    const found = await second.load()
    expect([...found].filter(([key, text]) => wanted.get(key) !== text)).toEqual([])
    expect(found.size).toBe(wanted.size)
    await second.close()
  })
}
