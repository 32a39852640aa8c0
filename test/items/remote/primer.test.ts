import { Primer } from '../../../lib/items/remote/primer.js'

/** Work that ends when it is told to. */
function work(log: string[], name: string) {
  let end: () => void = () => undefined
  const run = (): Promise<void> => {
    log.push(name)
    return new Promise((resolve) => (end = resolve))
  }
  return { run, end: () => end() }
}

test('no more are under way than may be, and each in its turn', async () => {
  const log: string[] = []
  const primer = new Primer({ atOnceMax: 2 })
  const [a, b, c, d] = [work(log, 'a'), work(log, 'b'), work(log, 'c'), work(log, 'd')]
  for (const { run } of [a, b, c, d]) primer.add(run)
  expect(log).toEqual(['a', 'b'])
  b.end()
  await new Promise(setImmediate)
  expect(log).toEqual(['a', 'b', 'c'])
  primer.remove(d.run)
  a.end()
  c.end()
  await new Promise(setImmediate)
  expect(log).toEqual(['a', 'b', 'c'])
})

test('what waits already is not done twice', async () => {
  const log: string[] = []
  const primer = new Primer({ atOnceMax: 1 })
  const [a, b] = [work(log, 'a'), work(log, 'b')]
  primer.add(a.run)
  primer.add(b.run)
  primer.add(b.run)
  a.end()
  await new Promise(setImmediate)
  b.end()
  await new Promise(setImmediate)
  expect(log).toEqual(['a', 'b'])
})
