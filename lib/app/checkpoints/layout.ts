/** How a record lies in a database: a short one in one value; a long one in pieces, of which each store writes the new ones. */
import { piecesOf } from './pieces.js'

/** Up to how many characters a record is written whole each time. */
const WHOLE_MAX = 32_768

/** How the present record lies there. */
export interface Layout {
  /** What its pieces' keys have in common; null if it is whole. */
  readonly generation: string | null
  /** In their order: the number in each one's key. */
  readonly numbers: readonly number[]
  /** The number of each piece. */
  readonly byText: ReadonlyMap<string, number>
}

/** What is to be written. */
export interface Change {
  readonly layout: Layout
  readonly puts: readonly (readonly [number: number, text: string])[]
  readonly deletes: readonly number[]
}

/** Of a record in one value. */
export const WHOLE: Layout = { generation: null, numbers: [], byText: new Map() }

/** Whether a record is short enough to be in one value. */
export function isShort(json: string): boolean {
  return json.length <= WHOLE_MAX
}

/** What has to be written so that a record in pieces is replaced by another one. */
export function changeTo(json: string, before: Layout): Change {
  const texts = piecesOf(json)
  const byText = new Map<string, number>()
  for (const text of texts) {
    const number = before.byText.get(text)
    if (number !== undefined) byText.set(text, number)
  }
  const kept = new Set(byText.values())
  const free = before.numbers.filter((number) => !kept.has(number)).values()
  let next = before.numbers.reduce((most, number) => Math.max(most, number), -1) + 1
  const puts: (readonly [number, string])[] = []
  const numbers = texts.map((text) => {
    const known = byText.get(text)
    if (known !== undefined) return known
    const { value: number = next++ } = free.next() as { value?: number }
    byText.set(text, number)
    puts.push([number, text])
    return number
  })
  const used = new Set(numbers)
  const deletes = [...new Set(before.numbers)].filter((number) => !used.has(number))
  return { layout: { generation: before.generation, numbers, byText }, puts, deletes }
}

/** Everything, in pieces of its own. */
export function allOf(json: string, generation: string): Change {
  return changeTo(json, { generation, numbers: [], byText: new Map() })
}

/** A layout as it is written down behind the header of a record. */
export function layoutText({ generation, numbers }: Layout): string {
  return `pieces ${generation ?? ''} ${numbers.join(',')}\n`
}

/** Where the pieces are, as it was written down; null if the record stands there itself. */
export function parseLayout(text: string): (Pick<Layout, 'numbers'> & { readonly generation: string }) | null {
  const [, generation, numbers = ''] = /^pieces ([0-9a-f]+) ([\d,]+)\n$/.exec(text) ?? []
  return generation === undefined ? null : { generation, numbers: numbers.split(',').map(Number) }
}
