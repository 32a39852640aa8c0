import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, connect as dial, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { silentLogger } from '../../../lib/movement/index.js'
import { ItemDaemon, type DaemonOptions } from '../../../lib/items/index.js'
import { connect, stop, type ConnectOptions } from '../../../lib/items/proxy/connect.js'
import type { Exposed } from '../../../lib/items/proxy/exposed.js'
import { currentCall } from '../../../lib/items/proxy/methods.js'
import type { Remote } from '../../../lib/items/proxy/remote.js'

class NoPaper extends Error {
  override name = 'NoPaper'
}

class Motor {
  speed = 1
  get broken(): number {
    throw new Error('no motor')
  }
}

class Echo extends ItemDaemon {
  static readonly exposed = {
    plain: {},
    pstList: {},
    image: {},
    motor: { nested: { speed: {}, broken: {} } },
    echo: { doc: 'Say it again.', params: ['value'] },
    append: {},
    fail: {},
    hang: {},
    release: {},
    unserialisable: {},
    timeout: { params: ['timeout'] },
    count: { params: ['to'] },
    ends: {},
    slowly: { serial: true },
  } satisfies Exposed<Echo>

  plain = 5
  pstList = [1]
  image = Int16Array.of(1, 2, 3)
  motor = new Motor()
  secret = 'never shown'
  _hidden = 'never shown'
  ran = 0
  readonly ended_: string[] = []
  #release: () => void = () => undefined
  #waiting = new Promise<void>((resolve) => (this.#release = resolve))

  echo(value: unknown): unknown {
    return value
  }
  append(value: number): number[] {
    this.ran++
    this.pstList.push(value)
    return this.pstList
  }
  fail(kind: string): void {
    if (kind === 'paper') throw new NoPaper('no paper', { cause: new TypeError('tray') })
    throw new RangeError('out of range')
  }
  async hang(): Promise<string> {
    const { signal } = currentCall()
    await Promise.race([this.#waiting, once(signal, 'abort')])
    if (signal.aborted) this.ended_.push('aborted')
    return 'released'
  }
  release(): void {
    this.#release()
  }
  unserialisable(): unknown {
    return { run: () => 1 }
  }
  timeout(timeout: number): number {
    return timeout
  }
  async *count(to: number): AsyncGenerator<number> {
    try {
      for (let i = 1; i <= to; i++) yield await Promise.resolve(i)
    } finally {
      this.ended_.push('count')
    }
  }
  ends(): string[] {
    return this.ended_
  }
  async slowly(text: string): Promise<string> {
    this.ended_.push(`${text} begins`)
    await new Promise(setImmediate)
    this.ended_.push(`${text} ends`)
    return text
  }
}

const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function serve(options: DaemonOptions = {}) {
  const home = mkdtempSync(join(tmpdir(), 'proxy-'))
  closers.push(() => rmSync(home, { recursive: true }))
  const daemon = new Echo()
  await daemon.start({ log: silentLogger, home, port: 0, pubPort: 0, ...options })
  closers.push(() => daemon.stop())
  const port = daemon.ports?.rep ?? 0
  const where: ConnectOptions = {
    ...{ home, log: silentLogger, runtimeDirectory: join(home, 'run'), broadcast: 'off' },
    ackMs: 15_000, // No machine is too busy.
  }
  return { daemon, port, where }
}

async function start(options: DaemonOptions = {}, asking: ConnectOptions = {}) {
  const served = await serve(options)
  const d: Remote<Echo> = await connect<Echo>(`Echo:${served.port}`, { ...served.where, ...asking })
  closers.push(() => d.$close())
  return { ...served, d }
}

test('attributes are read and set, methods called, over sockets', async () => {
  const { d, port } = await start()
  expect(String(d)).toBe(`Proxy for Echo:localhost:${port}`)
  expect(await d.plain).toBe(5)
  d.plain = 10
  expect(await d.$get('plain')).toBe(10)
  expect(await d.pstList).toEqual([1])
  expect(await d.append(2)).toEqual([1, 2])
  expect(typeof d.echo).toBe('function')
  expect(await d.echo({ a: ['ä', null, 1.5, true] })).toEqual({ a: ['ä', null, 1.5, true] })
  expect(await d.motor.speed).toBe(1)
  expect(await d.$set('motor.speed', 4)).toBe(4)
})

test('numbers in bulk come as such', async () => {
  const { d } = await start()
  const image = await d.$get('image')
  expect([image.dtype, image.shape, [...image.data]]).toEqual(['int16', [3], [1, 2, 3]])
})

test.each(['NAME:HOST:PORT', 'NAME:PORT'])('%s names a daemon without any look-up', async (form) => {
  const { port, where } = await serve()
  const name = form.replace('NAME', 'ECHO').replace('HOST', '127.0.0.1').replace('PORT', String(port))
  const d = await connect<Echo>(name, where)
  expect(await d.plain).toBe(5)
  await d.$close()
  await expect(d.$get('plain')).rejects.toThrow(/closed/)
})

test('nobody at an address is told at once', async () => {
  const { where } = await serve()
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const { port } = free.address() as { port: number }
  free.close()
  await expect(connect(`Echo:${port}`, { ...where, ackMs: 50 })).rejects.toMatchObject({ code: 'ERR_NO_DAEMON' })
})

test('an unknown name says what was probably meant', async () => {
  const { d } = await start()
  const other = d as unknown as Record<string, (() => Promise<unknown>) & Promise<unknown>>
  await expect(other['ecko']?.()).rejects.toThrow(/has no method ecko: did you mean echo\?/)
  await expect(Promise.resolve(other['plian'])).rejects.toThrow(/has no item plian: did you mean plain\?/)
  await expect(other['zebra']?.()).rejects.toThrow(/it has echo, append/)
  await expect(Promise.resolve(other['echo'])).rejects.toThrow(/echo is a method, and no item: call it/)
  await expect(other['plain']?.()).rejects.toThrow(/plain is an item, and no method/)
})

test.each(['secret', '_hidden', 'store', 'start', 'constructor.name', '__proto__', 'motor.constructor', 'ended_'])(
  '%s cannot be reached',
  async (path) => {
    const { d } = await start()
    await expect(d.$get(path)).rejects.toMatchObject({ code: 'ERR_NO_ITEM' })
    await expect(d.$set(path, 1)).rejects.toMatchObject({ code: 'ERR_NO_ITEM' })
    await expect(d.$call(path, [])).rejects.toMatchObject({ code: 'ERR_NO_METHOD' })
  },
)

test('errors come as they were thrown: class, message, code and cause', async () => {
  const { d } = await start({}, { errors: [NoPaper] })
  await expect(d.fail('range')).rejects.toBeInstanceOf(RangeError)
  const error = (await d.fail('paper').catch((thrown: unknown) => thrown)) as NoPaper & { remoteStack?: string }
  expect(error).toBeInstanceOf(NoPaper)
  expect([error.message, error.remoteStack]).toEqual(['no paper', undefined])
  expect(error.cause).toBeInstanceOf(TypeError)
  await expect(d.$set('plain', { no: 'number' } as never)).rejects.toMatchObject({ code: 'ERR_ITEM_VALUE' })
})

test('the stack of the other side comes where the daemon tells it', async () => {
  const { d } = await start({ debug: true })
  const error = (await d.fail('range').catch((thrown: unknown) => thrown)) as { remoteStack?: string }
  expect(error.remoteStack).toMatch(/RangeError: out of range\n.*at Echo\.fail/s)
})

test('a time-out leaves the proxy usable, and the method is told', async () => {
  const { d } = await start()
  let ends: string[] = []
  while (ends.length === 0) {
    await expect(d.$timeout(20).hang()).rejects.toMatchObject({ code: 'ERR_DEADLINE' })
    expect(await d.plain).toBe(5)
    ends = await d.ends() // None: on a busy machine its time was over before it was begun, or that is not read yet.
  }
  expect(new Set(ends)).toEqual(new Set(['aborted']))
})

test('a call that is taken back is told to the method', async () => {
  const { d } = await start()
  const controller = new AbortController()
  const call = d.$with({ signal: controller.signal }).hang()
  await d.plain
  controller.abort(new Error('taken back'))
  await expect(call).rejects.toThrow('taken back')
  expect(await d.ends()).toEqual(['aborted'])
})

test('timeout is an argument as any other', async () => {
  const { d } = await start()
  expect(await d.timeout(0.1)).toBe(0.1)
  expect(await d.$call('timeout', [], { timeout: 3 })).toBe(3)
})

test('what fails in an attribute or cannot be sent fails the caller, and the daemon goes on', async () => {
  const { d } = await start()
  await expect(d.$get('motor.broken')).rejects.toThrow('no motor')
  await expect(d.$get('echo.attr')).rejects.toThrow(/no item echo\.attr/)
  await expect(d.unserialisable()).rejects.toThrow(/the result of unserialisable\.run cannot travel: it is a function/)
  expect(await d.plain).toBe(5)
})

test('a slow call keeps nobody else waiting, nor the same client', async () => {
  const { d, port, where } = await start()
  const slow = d.hang()
  const other = await connect<Echo>(`Echo:${port}`, where)
  closers.push(() => other.$close())
  expect(await other.plain).toBe(5)
  expect(await d.plain).toBe(5)
  await other.release()
  expect(await slow).toBe('released')
})

test('a method that says so runs one call after the other', async () => {
  const { d } = await start()
  await Promise.all([d.slowly('one'), d.slowly('other')])
  expect(await d.ends()).toEqual(['one begins', 'one ends', 'other begins', 'other ends'])
})

test('streams come value by value, however long, and end when nobody reads', async () => {
  const { d } = await start()
  const values: number[] = []
  for await (const value of d.count(300)) values.push(value)
  expect(values).toEqual(Array.from({ length: 300 }, (_, i) => i + 1))
  for await (const value of d.count(1e9)) if (value === 100) break
  for (;;) if ((await d.ends()).length === 2) break
  await expect(d.$call('count', [3])).rejects.toThrow(/answers with a stream: iterate over it/)
})

test('a call without an answer is carried out', async () => {
  const { d, daemon } = await start()
  expect(await d.$noReply().append(7)).toBeNull()
  for (;;) if ((await d.pstList).length === 2) break
  expect(daemon.pstList).toEqual([1, 7])
})

test('changes are watched', async () => {
  const { d } = await start()
  const heard: unknown[] = []
  const first = new Promise<void>((resolve) => {
    d.$watch('plain', (value) => {
      heard.push(value)
      resolve()
    })
  })
  await first
  const next = new Promise<void>((resolve) => d.$watch('plain', (value) => (value === 6 ? resolve() : undefined)))
  d.plain = 6
  await next
  expect(heard).toEqual([5, 6])
})

test('a call whose connection breaks is sent again, and run once', async () => {
  const { port, daemon, where } = await serve()
  const { proxyPort, hold, cut } = await relay(port)
  const d = await connect<Echo>(`Echo:127.0.0.1:${proxyPort}`, where)
  closers.push(() => d.$close())
  const states: string[] = []
  d.$on('state', (state) => states.push(state))
  await d.plain
  hold()
  const calls = [d.append(2), d.append(3)]
  for (;;) {
    await new Promise(setImmediate)
    if (daemon.ran === 2) break
  }
  cut()
  expect((await Promise.all(calls)).length).toBe(2)
  expect([daemon.ran, daemon.pstList]).toEqual([2, [1, 2, 3]])
  expect(await d.plain).toBe(5)
})

test('the documentation and the schema come from the daemon', async () => {
  const { d } = await start()
  expect(await d.$doc('echo')).toBe('Say it again.')
  const { name, attributes, methods } = await d.$schema()
  expect([name, attributes.map(({ key }) => key)]).toEqual([
    ...['echo', ['plain', 'pstList', 'image', 'motor.speed', 'motor.broken']],
  ])
  expect(methods.find((method) => method.name === 'stop')?.doc).toBe('Stop the daemon in order.')
})

test('stop ends a daemon by its name', async () => {
  const { daemon, port, where } = await serve()
  await stop(`Echo:${port}`, where)
  await daemon.ended
  expect(daemon.ports).toBeNull()
})

/** A way to the daemon: what comes from it is lost from when it is held, until it is cut and made anew. */
async function relay(port: number) {
  const pairs = new Set<Socket>()
  let isHolding = false
  const server = createServer((near) => {
    const far = dial(port, '127.0.0.1')
    for (const socket of [near, far]) {
      pairs.add(socket)
      socket.on('error', () => undefined).on('close', () => pairs.delete(socket))
    }
    near.pipe(far)
    far.on('data', (data) => isHolding || near.write(data))
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.close()
    for (const socket of pairs) socket.destroy()
  })
  const { port: proxyPort } = server.address() as { port: number }
  return {
    proxyPort,
    hold: () => (isHolding = true),
    cut: () => {
      isHolding = false
      for (const socket of pairs) socket.destroy()
    },
  }
}
