import { expect, test } from '@jest/globals'
import { Escapement, ManualClock, silentLogger, type Logger } from '../../../lib/movement/index.js'
import { isRunOf, runsOf, supervise, type RunOptions } from '../../../lib/items/proxy/runs.js'

function start(owner: object, options: RunOptions = {}) {
  const clock = new ManualClock()
  const controller = new AbortController()
  const failures: Error[] = []
  const lines: string[] = []
  const log: Logger = { ...silentLogger, error: (_fields: unknown, message?: string) => lines.push(message ?? '') }
  const ended = supervise({
    ...{ owner, name: 'mail.main', signal: controller.signal, esc: new Escapement({ clock }), log },
    ...{ onFailure: (error: Error) => failures.push(error), ...options },
  })
  return { clock, controller, failures, lines, ended }
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

class Base {
  run(_signal: AbortSignal): void | Promise<void> {
    return undefined
  }
}

test('run methods are run, those that begin with work, and those that the class names, inherited ones too', () => {
  class Mail extends Base {
    static readonly runs = ['fetch']
    workshop = 1
    workQueue(): void {}
    workload(): void {}
    work(): void {}
    fetch(): void {}
  }
  expect(runsOf(new Mail()).sort()).toEqual(['fetch', 'run', 'work', 'workQueue'])
  expect(runsOf({})).toEqual([])
})

test('a run method that is named but is not there is told', () => {
  class Mail {
    static readonly runs = ['fecth']
    fetch(): void {}
  }
  expect(() => runsOf(new Mail())).toThrow(/Mail names fecth among its runs, but has no such method/)
})

test('all run at the same time, on their object, until the signal aborts', async () => {
  const steps: string[] = []
  class Mail {
    name = 'mail'
    async run(signal: AbortSignal): Promise<void> {
      steps.push(`${this.name} runs`)
      await untilAborted(signal)
    }
    async workQueue(signal: AbortSignal): Promise<void> {
      steps.push('works')
      await untilAborted(signal)
    }
  }
  const { controller, failures, ended } = start(new Mail())
  expect(steps).toEqual(['mail runs', 'works'])
  controller.abort()
  await ended
  expect(failures).toEqual([])
})

test('one that throws stops the daemon with its error, and is told', async () => {
  class Mail {
    run(): void {
      throw new RangeError('no letters')
    }
  }
  const { failures, lines, ended } = start(new Mail())
  await ended
  expect(failures).toEqual([new RangeError('no letters')])
  expect(lines).toEqual(['mail.main: run() failed, so that it stops: no letters'])
})

test('one that throws is begun again, if that is wanted, until the signal aborts', async () => {
  let count = 0
  class Mail {
    run(): void {
      count++
      throw new Error('no letters')
    }
  }
  const { clock, controller, failures, lines, ended } = start(new Mail(), { onRunError: 'restart', restartMs: 50 })
  await Promise.resolve()
  clock.advance(49)
  await new Promise(setImmediate)
  expect(count).toBe(1)
  clock.advance(1)
  await new Promise(setImmediate)
  expect(count).toBe(2)
  controller.abort()
  await ended
  expect([count, failures.length, lines.length]).toEqual([2, 0, 2])
  expect(lines[0]).toMatch(/it is begun again in 50 ms/)
})

test('one that returns has done its work, and is not begun again', async () => {
  let count = 0
  class Mail extends Base {
    override run(): void {
      count++
    }
  }
  const { clock, failures, ended } = start(new Mail(), { onRunError: 'restart' })
  await ended
  clock.advance(10_000)
  expect([count, failures.length]).toEqual([1, 0])
})

test('what a run method does is known as its object’s, also later; what others do is not', async () => {
  const seen: boolean[] = []
  const owner = {
    run: async () => {
      await Promise.resolve()
      seen.push(isRunOf(owner), isRunOf({}))
    },
  }
  await start(owner).ended
  expect([...seen, isRunOf(owner)]).toEqual([true, false, false])
})
