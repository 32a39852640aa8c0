import { expect, test } from '@jest/globals'
import { Service, type AnySettings } from '../../../lib/app/service/service.js'
import { appBaseConfig } from '../../../lib/app/app.js'
import { gather } from '../../../lib/conf/index.js'
import { ConfigError } from '../../../lib/errors/index.js'
import { Escapement, ManualClock, Train, type EventLoop } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { testTrain } from '../../../lib/testing/index.js'
import { lineOf } from '../../support/engine-kit.js'
import { ListDrain, MemoryCheckpoints, NumberSupply, Recall, type Numbered } from '../../support/crash-train/world.js'

const schema = { ...appBaseConfig, mine: { n: { doc: 'x', format: 'nat', default: 1 } } }
type Mine = AnySettings & { mine: { n: number } }

class OtherSupply extends NumberSupply {}
const flat = (list: Numbered[]): Numbered[] => list

async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await turnOfNode()
}

function start(argv: string[] = []) {
  const { log, train: quiet } = testTrain()
  const esc: EventLoop = new Escapement({ clock: new ManualClock() })
  const checkpoints = new MemoryCheckpoints()
  const written: Numbered[] = []
  const supplies: NumberSupply[] = []
  const parts = new Map<Train, { supply: NumberSupply; drain: ListDrain<Numbered> }>()
  const told: string[] = []
  let flags = argv
  const read = (): Mine => gather(schema, { argv: ['--log.level', 'silent', ...flags], env: {}, file: null })
  const service = new Service({
    ...{ name: 'a', schema, log: quiet.log, esc, settings: read() },
    gather: read,
    make: (settings) => {
      const { n } = (settings as Mine).mine
      if (n === 13) return Promise.reject(new RangeError('n must not be 13'))
      const train = new Train(esc, { log: quiet.log, checkpoints })
      const supply = n === 97 ? new OtherSupply(train, { count: 100 }) : new NumberSupply(train, { count: 100 })
      if (n >= 97) supply.start = () => Promise.reject(new Error('no port')) as never
      supplies.push(supply)
      const drain = new ListDrain<Numbered>(train, written, { isOver: false }, { isEager: true })
      parts.set(train, { supply, drain })
      lineOf(train.line, supply, ...(n === 98 ? [new Recall(train, { size: 4 }), flat] : []), drain)
      return Promise.resolve(train)
    },
    onTrain: (_, settings) => told.push(`train ${(settings as Mine).mine.n}`),
    onReload: (isOver) => told.push(isOver ? 'reloaded' : 'reloading'),
  })
  const running = service.run()
  const configure = (...fresh: string[]): void => {
    flags = fresh
  }
  const push = (count: number): void => {
    const { supply, drain } = parts.get(service.train as Train) ?? {}
    supply?.push(count)
    drain?.write(Infinity)
  }
  const numbers = (): number[] => written.map(({ n }) => n)
  return { service, running, configure, push, numbers, told, log, supplies, parts }
}

test('a reload with nothing new reopens files and changes nothing', async () => {
  const { service, running, told } = start()
  await settled()
  expect(await service.reloadNow()).toEqual({ how: 'unchanged', changed: [], atStart: [] })
  expect(told).toEqual(['train 1', 'reloading', 'reloaded'])
  service.stop()
  await running
})

test('a new train goes on where the old one was', async () => {
  const { service, running, configure, push, numbers, told } = start()
  await settled()
  push(3)
  configure('--mine.n', '2')
  expect(await service.reloadNow()).toEqual({ how: 'carried', changed: ['mine.n'], atStart: [] })
  push(2)
  expect(service.reloads).toBe(1)
  service.stop()
  await running
  expect([numbers(), told]).toEqual([
    [0, 1, 2, 3, 4],
    ['train 1', 'reloading', 'train 2', 'reloaded'],
  ])
})

test('a wrong configuration changes nothing, and all faults are told', async () => {
  const { service, running, configure, push, numbers, log } = start()
  await settled()
  push(1)
  configure('--mine.n', '-2', '--mine.m', '3')
  await expect(service.reloadNow()).rejects.toBeInstanceOf(ConfigError)
  push(1)
  expect(numbers()).toEqual([0, 1])
  expect(service.reloadError).toMatch(/mine.n must be a whole number/)
  const fault = log.find(({ level }) => level === 'error')
  expect([fault?.message, (fault?.fields['faults'] as string[]).length]).toEqual([
    'configuration not reloaded: the train goes on as it was',
    2,
  ])
  configure('--mine.n', '2')
  await service.reloadNow()
  expect(service.reloadError).toBeNull()
  service.stop()
  await running
})

test('settings that an app refuses leave the train as it is', async () => {
  const { service, running, configure, push, numbers } = start()
  await settled()
  configure('--mine.n', '13')
  await expect(service.reloadNow()).rejects.toThrow('n must not be 13')
  push(1)
  expect(numbers()).toEqual([0])
  service.stop()
  await running
})

test('a train that can not be started is taken back: the old configuration goes on', async () => {
  const { service, running, configure, push, numbers, told, log } = start()
  await settled()
  push(2)
  configure('--mine.n', '99')
  await expect(service.reloadNow()).rejects.toThrow('no port')
  await settled()
  push(2)
  expect([numbers(), service.settings.log.level]).toEqual([[0, 1, 2, 3], 'silent'])
  expect(told).toEqual(['train 1', 'reloading', 'train 99', 'train 1', 'reloaded'])
  expect(log.some(({ message }) => /could not be started with the new configuration/.test(message))).toBe(true)
  service.stop()
  await running
})

test('the first train that can not be started is the end', async () => {
  const { running } = start(['--mine.n', '99'])
  await expect(running).rejects.toThrow('no port')
})

test('what takes effect at the next start is told so', async () => {
  const { service, running, configure } = start()
  await settled()
  configure('--daemon.user', 'nobody')
  expect(await service.reloadNow()).toEqual({ how: 'adjusted', changed: ['daemon.user'], atStart: ['daemon.user'] })
  service.stop()
  await running
})

test('reloads come one after the other, and one that is asked for before the train has started waits', async () => {
  const { service, running, configure, push, numbers, told } = start()
  configure('--mine.n', '2')
  const first = service.reloadNow()
  configure('--mine.n', '3')
  const third = service.reloadNow()
  expect([(await first).how, (await third).how]).toEqual(['carried', 'unchanged'])
  push(1)
  service.stop()
  await running
  expect([numbers(), told.filter((text) => text.startsWith('train'))]).toEqual([[0], ['train 1', 'train 3']])
})

test('where the input has ended there is nothing to go on with', async () => {
  const { service, running, configure, supplies } = start()
  await settled()
  configure('--mine.n', '2')
  supplies[0]?.endIt()
  await settled()
  const reloading = service.reloadNow()
  expect((await reloading).how).toBe('ended')
  await running
})

test('to stop while it is reloaded stops', async () => {
  const { service, running, configure } = start()
  await settled()
  configure('--mine.n', '2')
  const reloading = service.reloadNow()
  service.stop()
  await running
  expect((await reloading).how).toBe('ended')
})

test.each([
  ['has one more', '98'],
  ['has no place for somebody', '97'],
])('the old configuration goes on where it was after one that %s and can not be started', async (_, n) => {
  const { service, running, configure, push, numbers } = start()
  await settled()
  push(2)
  configure('--mine.n', n)
  await expect(service.reloadNow()).rejects.toThrow('no port')
  await settled()
  push(2)
  service.stop()
  await running
  expect(numbers()).toEqual([0, 1, 2, 3])
})

test('a train that has ended and is only finishing is not followed by another one', async () => {
  const { service, running, configure, supplies, parts, told } = start()
  await settled()
  const { drain } = parts.get(service.train as Train) as { drain: ListDrain<Numbered> }
  let release!: () => void
  drain.finish = () => new Promise<void>((resolve) => (release = resolve)) as never
  configure('--mine.n', '2')
  supplies[0]?.endIt()
  await settled()
  const reloading = service.reloadNow()
  await settled()
  release()
  await running
  expect([(await reloading).how, told.filter((text) => text.startsWith('train'))]).toEqual(['ended', ['train 1']])
})

test('a train that fails while it is left is the end of both', async () => {
  const { service, running, configure, parts } = start()
  await settled()
  const train = service.train as Train
  const { drain } = parts.get(train) as { drain: ListDrain<Numbered> }
  drain.finish = () => Promise.reject(new Error('disk full')) as never
  configure('--mine.n', '2')
  const reloading = service.reloadNow()
  const outcome = expect(reloading).rejects.toThrow('the train was stopped before it had started')
  await expect(running).rejects.toThrow('disk full')
  await outcome
})
