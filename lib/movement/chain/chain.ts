/**
 * The straight line, compiled: one generated function for each stretch of cogs, with a call site of its own for each
 * cog, so that V8 inlines cogs, drops the lists of one that they return, and learns each train's shapes by themselves.
 *
 * What leaves the straight line (several results, holds, failures) calls the journey. One variable `d` carries the
 * datum, so that a failure can say what it was; `at` says where. Only a cog that may hold is told to the journey: a
 * local variable costs nothing. Each function guards itself: it never throws.
 */
import { INLINE, shallowCopy, type Inlined } from '../cog/access.js'
import { AsyncPlace } from '../life/asynchronous.js'
import { generate } from '../cog/codegen.js'
import { bytesInlet } from './bytes-inlet.js'
import type { Engine, WayIn } from './engine.js'
import type { Journey } from '../life/journey.js'
import type { Place } from './place.js'
import { firstPlace, type Plan, type Stretch } from './plan.js'

/** What the text makes. */
type Generated = Omit<Engine, 'asyncs' | 'supplies'> & { readonly supplies: readonly GeneratedWayIn[] }
type GeneratedWayIn = Omit<WayIn, 'bytes'> & { readonly all: ((batch: readonly unknown[]) => void) | null }

/** Build a train's engine from generated text. */
export function compileChain(plan: Plan, journey: Journey): Engine {
  const asyncs = new Map<number, AsyncPlace>()
  const values = plan.places.map((place) => valueOf(place, journey))
  values.forEach((value, i) => value instanceof AsyncPlace && asyncs.set(i, value))
  const names = values.map((_, i) => `c${i}`)
  const accessors: unknown[] = []
  const texts = plan.stretches.map((stretch) => new StretchText(stretch, accessors).render())
  const text = `
const { exits, extra, put } = ledger;
const behind = new Array(${plan.places.length}), into = new Array(${plan.places.length}), supplies = [];
${texts.join('\n')}
return { behind, into, supplies, dead: ${plan.dead === null ? 'null' : deadText(plan.dead)} };`
  const build = generate<(...values: unknown[]) => Generated>(['x', 'ledger', 'a', 'copy', ...names], text)
  const ways = build(journey, journey.ledger, accessors, shallowCopy, ...values)
  const supplied = plan.stretches.filter(({ supply }) => supply !== null)
  const supplies = ways.supplies.map(({ put, lines, all }, i) => {
    return { put, lines, bytes: bytesInlet(supplied[i] as Stretch, journey, all) }
  })
  return { ...ways, supplies, asyncs }
}

/** What the text calls at a place. */
function valueOf(place: Place, journey: Journey): unknown {
  const { kind, fn, occupant, index, async } = place
  if (kind !== 'async' || async === null) return fn ?? occupant
  const call = fn ?? ((data: unknown) => (occupant as { turn(data: unknown): unknown }).turn(data))
  return new AsyncPlace(journey, index, call, async)
}

function deadText(dead: Stretch): string {
  return `function (d) { put[${firstPlace(dead)}]++; s${dead.index}_0(d); }`
}

/** The text of one stretch. */
class StretchText {
  readonly #stretch: Stretch
  /** Getters and setters that have to be called, by their number in the text. */
  readonly #accessors: unknown[]

  constructor(stretch: Stretch, accessors: unknown[]) {
    this.#stretch = stretch
    this.#accessors = accessors
  }

  render(): string {
    const { index, cogs, supply } = this.#stretch
    const made = new Set<number>()
    const entry = (from: number): string => {
      if (made.has(from)) return ''
      made.add(from)
      return this.#entry(from)
    }
    let text = entry(0)
    cogs.forEach((place, i) => {
      // Entries at and behind each place that may give other than exactly one result now.
      if (place.kind !== 'turn' && place.kind !== 'async') return
      text += `${entry(i)}into[${place.index}] = s${index}_${i};\n${entry(i + 1)}behind[${place.index}] = s${index}_${i + 1};\n`
      if (place.kind === 'turn') text += this.#siblings(place, i + 1)
    })
    return supply === null ? text : text + this.#inlet(supply)
  }

  /** The function that runs a datum from the i-th cog of the stretch to its end. */
  #entry(from: number): string {
    const { index, cogs } = this.#stretch
    let before: Place | undefined
    let text = `function s${index}_${from}(d) {\nlet at = 0;\ntry {\n`
    for (const place of cogs.slice(from)) {
      text += this.#at(place, before) + this.#step(place)
      before = place
      if (place.kind === 'async') break // What it gives goes on by an entry of its own.
    }
    if (before?.kind !== 'async') text += this.#end(before)
    return `${text}} catch (e) { x.at = at; x.fail(e, d); }\n}\n`
  }

  /** Say where we are: to the journey where something may be held, and where it could be mistaken for the place before. */
  #at({ index, kind }: Place, before: Place | undefined): string {
    const mayHold = (of: string): boolean => of === 'turn' || of === 'async'
    return mayHold(kind) || before === undefined || mayHold(before.kind) ? `x.at = at = ${index}; ` : `at = ${index}; `
  }

  #step(place: Place): string {
    const p = place.index
    const method = (name: string): string => (place.fn === null ? `c${p}.${name}` : `c${p}`)
    switch (place.kind) {
      case 'one':
        return `d = ${method('one')}(d);\n`
      case 'test':
        return `if (!${method('test')}(d)) { exits[${p}]++; return; }\n`
      case 'modify':
        return this.#modify(place)
      case 'async':
        return `c${p}.turn(d);\n`
      default:
        return `const r${p} = ${method('turn')}(d);
if (r${p} === undefined || r${p} === null) { exits[${p}]++; return; }
if (!Array.isArray(r${p}) || r${p}.length !== 1) { siblings${p}(r${p}, d); return; }
${this.#single(place)}\n`
    }
  }

  /**
   * The only result of a turn goes on. Mostly it is the datum that came, of which V8 still knows the shape, while it
   * knows nothing of what it reads out of a list: so the rest of the line is for the same datum, and another one has the
   * entry behind the cog. That call costs 3 ns, and V8 can't see any more that a datum lives only until the next cog:
   * where several cogs make new data, that costs more than it gains.
   */
  #single(place: Place): string {
    const { index, cogs } = this.#stretch
    const result = `r${place.index}[0]`
    if (cogs.filter(({ kind }) => kind === 'turn').length > 1) return `d = ${result};`
    return `if (${result} !== d) { s${index}_${cogs.indexOf(place) + 1}(${result}); return; }`
  }

  #modify({ index, occupant }: Place): string {
    const { getter, setter } = (occupant as { options: { getter: Inlined; setter: Inlined } }).options
    const piece = getter[INLINE]?.('d', '') ?? `${this.#accessor(getter)}(d)`
    const result = `v${index}`
    const write = setter[INLINE]?.('d', result) ?? `${this.#accessor(setter)}(d, ${result})`
    return `const ${result} = c${index}.compute(${piece}); d = ${write};\n`
  }

  #accessor(accessor: unknown): string {
    return `a[${this.#accessors.push(accessor) - 1}]`
  }

  #end(before: Place | undefined): string {
    const { end } = this.#stretch
    if (end.kind === 'join') return `s${end.next.index}_0(d);\n`
    const at = this.#at(end.place, before)
    if (end.kind === 'drain') return `${at}c${end.place.index}.take(d);\n`
    // All copies first: if one fails, no branch has got the datum.
    const isOwn = end.branches.map(({ shared }, i) => !shared && i < end.branches.length - 1)
    const copies = isOwn.map((own, i) => (own ? `const w${i} = copy(d);` : ''))
    const ways = end.branches.map(({ stretch }, i) => `s${stretch.index}_0(${isOwn[i] ? `w${i}` : 'd'});`)
    return `${at}${copies.join(' ')}\nx.depth++;\n${ways.join('\n')}\nx.depth--;\n`
  }

  /** Several results of one turn, or none of them a list. */
  #siblings({ index }: Place, next: number): string {
    return `function siblings${index}(r, d) {
if (!Array.isArray(r)) { x.many(r, ${index}, d); return; }
const n = r.length; if (n === 0) { exits[${index}]++; return; }
extra[${index}] += n - 1; x.depth++;
for (let i = 0; i < n; i++) s${this.#stretch.index}_${next}(r[i]);
x.depth--;
}\n`
  }

  /** Where a supply's data enter: datum by datum, or a text line by line. */
  #inlet(supply: Place): string {
    const { index, cogs } = this.#stretch
    const s = supply.index
    const [first] = cogs
    const isBatched = first !== undefined && first.kind === 'turn' && first.fn === null
    // Should the batch form throw, each line has its own turn to fail.
    const batch = `if (dress === null && !x.halted && c${first?.index}.takeText) {
let n = 0; x.at = ${first?.index};
try { n = c${first?.index}.takeText(text); } catch {}
if (n > 0) { put[${s}] += n; return; } }
let b = null;
if (dress === null && c${first?.index}.batch) try { b = c${first?.index}.batch(text); } catch {}
if (b !== null) { all${s}(b); return; }`
    return `
${isBatched ? `function all${s}(b) { const n = b.length; let i = 0; put[${s}] += n; for (; i < n && !x.halted; i++) { x.k++; s${index}_1(b[i]); } put[${s}] -= n - i; }` : ''}
supplies.push({
all: ${isBatched ? `all${s}` : 'null'},
put(d) { if (x.halted) return; put[${s}]++; x.k++; s${index}_0(d); },
lines(text) {
const dress = c${s}.dress ?? null;
${isBatched ? batch : ''}
for (let from = 0; !x.halted;) {
const to = text.indexOf('\\n', from); let d = to < 0 ? text.slice(from) : text.slice(from, to);
put[${s}]++; x.at = ${s};
try { if (dress !== null) d = dress(d); x.k++; } catch (e) { x.k++; x.fail(e, d); if (to < 0) return; from = to + 1; continue; }
s${index}_0(d);
if (to < 0) return; from = to + 1;
}
} });\n`
  }
}
