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

class Parse extends Cog<string> {
  turn(line: string): Turn<string> {
    return [`turn ${line}`]
  }

  batchBytes(bytes: Buffer): string[] | null {
    const text = bytes.toString()
    if (text === 'wrong') throw new Error('wrong')
    return text.includes('?') ? null : text.split('\n').map((line) => `batch ${line}`)
  }
}

test('what a cog makes of the bytes of a chunk goes on behind it, each its own event', async () => {
  const behind = (datum: unknown): unknown => (datum === 'batch b' ? null : [datum])
  const { supply, train, drain, end } = await runTrain(({ train }) => [new Parse(train, {}), behind])
  const ticket = supply.pushRaw(Buffer.from('a\nb\nc'))
  expect([drain.taken, ticket.count]).toEqual([['batch a', 'batch c'], 3])
  const [, parse, function_] = train.accounts()
  expect([parse?.in, parse?.out, function_?.swallowed]).toEqual([3, 3, 1])
  await end()
})

test('line by line, where it makes nothing of them or fails', async () => {
  const { supply, drain, end } = await runTrain(({ train }) => [new Parse(train, {})])
  supply.pushRaw(Buffer.from('a\n?'))
  supply.pushRaw(Buffer.from('wrong'))
  expect(drain.taken).toEqual(['turn a', 'turn ?', 'turn wrong'])
  await end()
})
