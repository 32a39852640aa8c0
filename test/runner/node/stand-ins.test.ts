import type { Backend } from '../../../lib/kv/index.js'
import { UnavailableError } from '../../../lib/kv/errors.js'
import { ManualClock, silentLogger, type Logger } from '../../../lib/movement/index.js'
import { Keys } from '../../../lib/runner/index.js'
import { StandIns, type StandInsOptions } from '../../../lib/runner/node/stand-ins.js'
import { turn } from '../../support/supplied.js'
import { anyJob, atJob, startFleet, type Fleet } from './kit.js'

let fleet: Fleet
beforeEach(() => {
  fleet = startFleet()
})
afterEach(() => fleet.close())

const run = (path: string) => fleet.runs.find(({ request }) => request.identity.job.endsWith(` ${path}`))

it('takes a job that is written for a node when that is gone already, or has never come', async () => {
  await fleet.node('a')
  await fleet.pass(5000)
  await fleet.put(atJob('gone', 'x'), { target: 1, failover: true })
  await fleet.put(atJob('gone', 'stays'), { target: 1 })
  await fleet.until(() => fleet.runs.length === 1)
  expect(run('x')!.node).toBe('a')
  await fleet.put(atJob('gone', 'y'), { target: 1, failover: true })
  await fleet.until(() => run('y') !== undefined)
  await fleet.pass(5000)
  expect(fleet.runs).toHaveLength(2)
})

it('does not care for jobs of other groups', async () => {
  await fleet.node('a')
  await fleet.put({ kind: 'at', group: 'other', node: 'gone', path: ['x'] }, { target: 1, failover: true })
  await fleet.put(anyJob('any'), { target: fleet.now() + 5 })
  await fleet.until(() => fleet.runs.length === 1)
  expect(run('any')).toBeDefined()
})

it('begins nothing more for a node that is back, and lets go of it when its jobs have ended here', async () => {
  const a = await fleet.node('a')
  await fleet.put(atJob('b', 'first'), { target: 1, failover: true })
  await fleet.until(() => fleet.runs.length === 1)
  const b = await fleet.node('b')
  await fleet.put(atJob('b', 'second'), { target: 1, failover: true })
  await fleet.until(() => fleet.runs.length === 2)
  expect([run('first')!.node, run('second')!.node]).toEqual(['a', 'b'])
  run('first')!.succeed()
  await fleet.until(() => a.attempts.length === 0)
  await fleet.put(atJob('b', 'first'), { target: fleet.now() + 1, failover: true })
  await fleet.until(() => fleet.runs.length === 3)
  expect(fleet.runs[2]!.node).toBe('b')
  expect(b.attempts).toHaveLength(2)
})

it('waits for a store that is away, and the node goes on', async () => {
  const a = await fleet.node('a')
  const failures: Error[] = []
  void a.failed.then((error) => failures.push(error))
  fleet.cut('a')
  await fleet.put(atJob('gone', 'x'), { target: 1, failover: true })
  await fleet.pass(2000)
  fleet.cut('a', false)
  await fleet.until(() => fleet.runs.length === 1)
  expect(failures).toEqual([])
})

/** Stand-ins for nodes of which nobody is there, over a store of which each step is told and the watch is told by hand. */
function start(runners: StandInsOptions['runners']) {
  const keys = new Keys()
  const told: string[] = []
  let beReady: () => void = () => undefined
  const ready = new Promise<void>((resolve) => (beReady = resolve))
  let tell: (path: string | null) => void = () => undefined
  const watch = {
    ready,
    close: () => void told.push('watches no more'),
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const path = await new Promise<string | null>((resolve) => (tell = resolve))
        if (path === null) return
        yield { path, value: '{}' }
      }
    },
  }
  const clock = new ManualClock()
  const kv = {
    clock,
    watch: () => (told.push('watches'), watch),
    listKeys: () => (told.push('lists'), Promise.resolve([[keys.job(atJob('gone', 'x'))]])),
  } as unknown as Backend
  const running: unknown[] = []
  const failures: Error[] = []
  const runnerFor: StandInsOptions['runnerFor'] = (group, owner) =>
    ({
      running,
      open: () => {
        told.push(`begins for ${owner} in ${group}`)
        const failure = failures.shift()
        return failure === undefined ? Promise.resolve() : Promise.reject(failure)
      },
      close: () => (told.push(`ends for ${owner}`), Promise.resolve()),
    }) as never
  const log = { ...silentLogger, error: (_: object, message: string) => void told.push(message) } as unknown as Logger
  const standIns = new StandIns({ kv, keys, log, node: 'a', runners, runnerFor })
  return {
    ...{ standIns, told, beReady, running, failures, clock },
    comes: async (owner: string, path: string) => {
      tell(keys.job(atJob(owner, path)))
      for (let i = 0; i < 5; i++) await turn()
    },
  }
}

describe('stand-ins', () => {
  const here = { group: 'default', members: new Set(['a']) }

  it('do nothing for a node that runs no jobs of kind at', async () => {
    const { standIns, told } = start([])
    await standIns.open()
    expect(told).toEqual([])
    standIns.close()
  })

  it('watch before they look, so that no job comes in between, and have begun once they are open', async () => {
    const { standIns, told, beReady } = start([here])
    const open = standIns.open()
    for (let i = 0; i < 5; i++) await turn()
    expect(told).toEqual(['watches'])
    beReady()
    await open
    expect(told).toEqual(['watches', 'lists', 'begins for gone in default'])
    expect([...standIns]).toHaveLength(1)
    standIns.close()
  })

  it('look again for a node that they did not know, and for no other', async () => {
    let looks = 0
    const counted = {
      group: 'default',
      get members() {
        looks += 1
        return new Set(['a'])
      },
    }
    const { standIns, told, beReady, comes } = start([counted])
    beReady()
    await standIns.open()
    const before = looks
    await comes('gone', 'y')
    expect(looks).toBe(before)
    await comes('never', 'y')
    expect(told.slice(2)).toEqual(['begins for gone in default', 'begins for never in default'])
    standIns.close()
  })

  it('that are closed begin for nobody any more', async () => {
    const members = new Set(['a', 'gone'])
    const { standIns, told, beReady } = start([{ group: 'default', members }])
    beReady()
    await standIns.open()
    standIns.close()
    expect(told).toEqual(['watches', 'lists', 'watches no more'])
    members.delete('gone')
    await standIns.look()
    expect([told.length, [...standIns]]).toEqual([3, []])
  })

  it('begin once for each, and not for their own node', async () => {
    const { standIns, told, beReady, comes } = start([here])
    beReady()
    await standIns.open()
    await comes('a', 'x')
    await standIns.look()
    expect(told.filter((line) => line.startsWith('begins'))).toEqual(['begins for gone in default'])
    standIns.close()
  })

  it('end for a node that is back, once its jobs have ended here, and begin again when it is gone', async () => {
    const members = new Set(['a'])
    const { standIns, told, beReady, running } = start([
      { group: 'other', members: new Set(['a', 'gone']) },
      { group: 'default', members },
    ])
    beReady()
    await standIns.open()
    await standIns.look()
    running.push('job')
    members.add('gone')
    await standIns.look()
    expect([told.slice(3), [...standIns].length]).toEqual([[], 1])
    running.pop()
    await standIns.look()
    expect([told.slice(3), [...standIns]]).toEqual([['ends for gone'], []])
    members.delete('gone')
    await standIns.look()
    expect(told.slice(4)).toEqual(['begins for gone in default'])
    standIns.close()
  })

  it('keep no runner that could not begin, say why, and try again with the next change', async () => {
    const { standIns, told, beReady, failures } = start([here])
    failures.push(new Error('no rights'))
    beReady()
    await standIns.open()
    expect([told.slice(2), [...standIns]]).toEqual([
      ['begins for gone in default', 'ends for gone', 'jobs of node gone stay where they are: no rights'],
      [],
    ])
    await standIns.look()
    expect([told.slice(5), [...standIns].length]).toEqual([['begins for gone in default'], 1])
    standIns.close()
  })

  it('wait for a store that is away until they are closed, and say nothing then', async () => {
    const { standIns, told, beReady, failures, clock } = start([here])
    for (let n = 0; n < 3; n++) failures.push(new UnavailableError('memory', 'the link is down'))
    beReady()
    const open = standIns.open()
    for (let n = 0; n < 2; n++) {
      for (let i = 0; i < 5; i++) await turn()
      clock.advance(300)
    }
    standIns.close()
    for (let i = 0; i < 5; i++) await turn()
    await open
    expect(told.filter((line) => line.startsWith('begins'))).toHaveLength(3)
    expect(told.filter((line) => line.startsWith('jobs of'))).toEqual([])
    expect([...standIns]).toEqual([])
  })
})
