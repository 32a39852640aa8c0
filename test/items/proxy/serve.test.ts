import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, expect, jest, test } from '@jest/globals'
import { until } from '../../support/supplied.js'
import { Escapement, silentLogger } from '../../../lib/movement/index.js'
import {
  connect,
  Directory,
  ItemDaemon,
  RegistryDaemon,
  serve,
  type Exposed,
  type ServeOptions,
} from '../../../lib/items/index.js'

const { title } = process
const home = mkdtempSync(join(tmpdir(), 'serve-'))

afterEach(() => {
  process.title = title
  rmSync(home, { recursive: true, force: true })
})

class Lamp extends ItemDaemon {
  static readonly exposed = { level: {}, burn: {} } satisfies Exposed<Lamp>
  readonly steps: string[] = []
  level = 3
  #fail: (error: Error) => void = () => undefined
  burn(): void {
    this.#fail(new Error('burnt out'))
  }
  workOne(signal: AbortSignal): Promise<void> {
    this.steps.push('one begins')
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        this.steps.push('one ends')
        resolve()
      })
    })
  }
  override run(): Promise<void> {
    this.steps.push('run begins')
    return new Promise((_resolve, reject) => (this.#fail = reject))
  }
  override cleanup(): void {
    this.steps.push('cleanup')
  }
}

async function start(options: ServeOptions = {}) {
  const lamp = new Lamp()
  const steps = lamp.steps
  const daemonize = () => Promise.resolve(steps.push('daemonize'))
  const running = new Promise<void>((resolve) => {
    const heard = (): void => {
      unsubscribe('deadbeat.train.running', heard)
      resolve()
    }
    subscribe('deadbeat.train.running', heard)
  })
  const where = { home, stateDirectory: join(home, 'state'), log: silentLogger }
  const known = options.announce === undefined ? { announcer: null } : {}
  const ended = serve(lamp, { ...where, port: 0, pubPort: 0, ...known, stopMs: 0, daemonize, ...options })
  await running
  const d = await connect<Lamp>(`Lamp:${lamp.ports?.rep ?? 0}`, { ...where, broadcast: 'off' })
  return { lamp, steps, ended, d }
}

test('it is called after the daemon, runs all that it does, and lasts until somebody stops it', async () => {
  const { steps, ended, d } = await start()
  expect(process.title).toBe('lamp')
  expect(await d.level).toBe(3)
  await d.stop()
  await ended
  await d.$close()
  expect(steps).toEqual(['daemonize', 'run begins', 'one begins', 'one ends', 'cleanup'].sort(byBeginning(steps)))
})

test('registries that its options name know it', async () => {
  const registry = new RegistryDaemon('lab.example')
  const anyPort = { port: 0, pubPort: 0, registryPort: 0, daemonPort: 0, broadcast: 'off' } as const
  await registry.start({ ...anyPort, home: join(home, 'registry'), log: silentLogger })
  const registries = [`127.0.0.1:${registry.calledAt.registryPort}`]
  const { lamp, ended, d } = await start({ announce: { registries, everyMs: 200 } })
  const elsewhere = { home: join(home, 'else'), runtimeDirectory: join(home, 'else/run'), broadcast: 'off' } as const
  const directory = new Directory({ ...elsewhere, esc: Escapement.instance, log: silentLogger, registries })
  // Answers to a call may come too late: it is told again.
  await until(async () => (await directory.locate('lamp').catch(() => []))[0]?.place.rep === lamp.ports?.rep)
  await d.stop()
  await ended
  await d.$close()
  await registry.stop()
})

test('what a run method throws ends it, with that error', async () => {
  const { ended, d } = await start({ title: null })
  expect(process.title).toBe(title)
  await d.burn()
  await expect(ended).rejects.toThrow('burnt out')
  await d.$close()
})

test('without a log it says where it is, and that it has stopped', async () => {
  class Short extends ItemDaemon {
    override async run(): Promise<void> {
      await this.stop()
    }
  }
  const said: string[] = []
  const write = jest.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0)
  const where = {
    home,
    stateDirectory: join(home, 'state'),
    port: 0,
    pubPort: 0,
    announcer: null,
    title: null,
    stopMs: 60_000,
  }
  await serve(new Short(), where)
  write.mockRestore()
  expect(said).toEqual([
    expect.stringMatching(/^short\.main answers at 127\.0\.0\.1:\d+ and publishes at 127\.0\.0\.1:\d+: process \d+\n$/),
    'short.main has stopped\n',
  ])
})

test('what keeps the daemon from starting is told', async () => {
  class Broken extends ItemDaemon {
    override setup(): void {
      throw new Error('no controller')
    }
  }
  const starting = serve(new Broken(), { home, log: silentLogger, announcer: null, title: null })
  await expect(starting).rejects.toThrow(/cannot start: setup\(\): no controller/)
})

/** Run methods begin in no certain order. */
function byBeginning(steps: readonly string[]) {
  return (one: string, other: string) => steps.indexOf(one) - steps.indexOf(other)
}
