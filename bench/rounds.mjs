// Rounds: every contender runs once in each, one right after the other, so that what disturbs the machine disturbs all.
import { isDeepStrictEqual } from 'node:util'

export const NOT_INSTALLED = 'not installed: npm run bench:setup'

/** The middle one of some numbers. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

const spread = (numbers) => ({ median: median(numbers), min: Math.min(...numbers), max: Math.max(...numbers) })

/** Our cost in units of theirs; two that cost nothing are equal. */
const ratio = (ours, theirs) => (ours === theirs ? 1 : ours / theirs)

/**
 * Measure contenders side by side.
 *
 * `contenders` maps `ours`, `limit` and each peer to a function that runs it once and answers a sample: `cost` (the
 * lower the better), `output` (must be equal to the limit's), perhaps `also`: further costs by name, which become
 * objects of their own. A contender that is a text isn't run: the text says why. A peer may answer `fault` instead of a
 * cost if it did not do the work; it is then named with it. A rate is given as `cost` with `isRate`: the higher the better.
 */
export async function measure({ name, unit, rounds, contenders, isRate = false, units = {}, progress = () => {} }) {
  const missing = {}
  const samples = {}
  const names = Object.keys(contenders).filter((contender) => {
    if (typeof contenders[contender] === 'string') missing[contender] = contenders[contender]
    return typeof contenders[contender] !== 'string'
  })
  for (let round = 0; round < rounds; round++) {
    // Each round begins with another one: nobody always runs on the machine as the same neighbour left it.
    const order = names.map((_, i) => names[(i + round) % names.length])
    const taken = {}
    for (const contender of order) {
      progress(`${name}: round ${round + 1} of ${rounds}, ${contender}`)
      taken[contender] = await contenders[contender]({ round })
    }
    for (const contender of names) {
      const { fault, output } = taken[contender]
      const expected = (taken.limit ?? taken.ours).output
      const problem =
        fault ?? (isDeepStrictEqual(output, expected) ? null : `its output is ${show(output)}, not ${show(expected)}`)
      if (problem === null) (samples[contender] ??= []).push({ round, sample: taken[contender] })
      else if (contender === 'ours' || contender === 'limit') throw new Error(`${name}, ${contender}: ${problem}`)
      else missing[contender] = problem
    }
  }
  const shape = (cost, own) => {
    const costs = Object.fromEntries(
      Object.entries(samples).map(([contender, list]) => [
        contender,
        new Map(
          list.filter(({ sample }) => cost(sample) !== undefined).map(({ round, sample }) => [round, cost(sample)]),
        ),
      ]),
    )
    const ours = costs.ours
    const result = { ...own, rounds, contenders: {}, ratios: {} }
    for (const [contender, byRound] of Object.entries(costs)) {
      if (byRound.size === 0) continue
      result.contenders[contender] = spread([...byRound.values()])
      if (contender === 'ours') continue
      const inRounds = [...byRound].map(([round, theirs]) => {
        return isRate ? ratio(theirs, ours.get(round)) : ratio(ours.get(round), theirs)
      })
      result.ratios[contender] = median(inRounds)
    }
    return result
  }
  const result = shape((sample) => sample.cost, { name, unit })
  const further = new Set(Object.values(samples).flatMap((list) => Object.keys(list[0].sample.also ?? {})))
  const variants = {}
  for (const key of further) {
    variants[key] = shape((sample) => sample.also?.[key], { name: `${name} ${key}`, unit: units[key] ?? unit })
  }
  return { result: { ...result, variants }, missing }
}

const show = (output) => {
  const text = JSON.stringify(output) ?? String(output)
  return text.length > 200 ? `${text.slice(0, 200)}...` : text
}
