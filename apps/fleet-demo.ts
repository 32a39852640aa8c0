// Make numbers, and find their prime factors: whole on one machine, or cut in two. What makes the numbers then runs on one
// node, and what has the work on all the others (`npm run fleet`).
import { app } from 'deadbeat/app'
import { FormatJson } from 'deadbeat/cogs/format-json'
import { IntervalSupply, intervalBaseConfig, type Tick } from 'deadbeat/cogs/interval-supply'
import { LineDrain, lineDrainBaseConfig } from 'deadbeat/cogs/line-drain'

interface Task {
  number: number
}

export default app({
  name: 'fleet-demo',
  doc: 'Make numbers, and find their prime factors: whole on one machine, or cut in two.',
  config: { every: intervalBaseConfig, output: lineDrainBaseConfig },
  build(train, { every, output }) {
    train.line(
      new IntervalSupply<Tick>(train, every),
      ({ count }: Tick) => [{ number: count }],
      train.cut<Task>('work'),
      ({ number }: Task) => [{ number, factors: factorsOf(number) }],
      new FormatJson(train),
      new LineDrain(train, output),
    )
  },
})

function factorsOf(number: number): number[] {
  const factors: number[] = []
  for (let factor = 2; factor * factor <= number; factor++) {
    for (; number % factor === 0; number /= factor) factors.push(factor)
  }
  return number > 1 ? [...factors, number] : factors
}
