import { expect, test } from '@jest/globals'
import { Cog, type Turn } from '../../../lib/movement/index.js'
import { runTrain } from '../../support/engine-kit.js'

class Bytes extends Cog<string> {
  readonly taken: string[] = []

  turn(line: string): Turn<string> {
    return [line]
  }

  takeBytes(bytes: Buffer): number {
    this.taken.push(bytes.toString())
    return 0
  }
}

test('bytes have a way in only where the first cog takes them', async () => {
  const inFront = await runTrain(({ train }) => [new Bytes(train, {})])
  const behind = await runTrain(({ train }) => [(line: unknown) => [line], new Bytes(train, {})])
  expect([inFront.supply.bytes === null, behind.supply.bytes === null]).toEqual([false, true])
  await inFront.end()
  await behind.end()
})

test('while somebody looks on, lines come one by one', async () => {
  let cog!: Bytes
  const { supply, train, drain, end } = await runTrain(({ train }) => [(cog = new Bytes(train, {}))])
  const stop = train.observer?.measure()
  supply.pushRaw(Buffer.from('a\nb'))
  stop?.()
  supply.pushRaw(Buffer.from('c\nd'))
  expect([cog.taken, drain.taken]).toEqual([['c\nd'], ['a', 'b', 'c', 'd']])
  await end()
})
