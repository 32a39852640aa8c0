import { expect, test } from '@jest/globals'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { classIn } from '../../lib/cli/markd.js'
import { deadbeat, environment, scratch } from '../app/scratch.js'
import { RawClient } from '../support/raw-client.js'

const MAIN = join(process.cwd(), 'dist/lib/cli/main.js')

const LAMP = `import { Item, ItemDaemon } from 'deadbeat/items'
export class Lamp extends Item<number> {
  reqSet({ value }: { value: unknown }): number {
    return Math.min(Number(value), 10)
  }
}
export class LampDaemon extends ItemDaemon<{ device: string }> {
  setup(): void {
    this.addItem(Lamp, 'level', { type: 'numeric' })
    this.store.item('level').publish(this.arguments.device.length)
  }
  cleanup(): void {
    console.log('cleaned up')
  }
}
`

interface Said {
  readonly store: string
  readonly alias: string
  readonly rep: number
  readonly pub: number
  readonly pid: number
}

/** Start one and wait until it says where it is. */
async function start(
  dir: string,
  argv: readonly string[],
): Promise<{ child: ChildProcess; said: Said; text: () => string; log: () => string }> {
  const child = spawn(
    process.execPath,
    [MAIN, 'markd', ...argv, '--port', '0', '--pub-port', '0', '--announce', 'off', '--json'],
    {
      ...{ cwd: dir, env: environment(dir), stdio: ['ignore', 'pipe', 'pipe'] },
    },
  )
  let [text, log] = ['', '']
  child.stderr.on('data', (piece: Buffer) => {
    log += String(piece)
  })
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (piece: Buffer) => {
      text += String(piece)
      if (text.includes('\n')) resolve()
    })
    child.on('close', () => reject(new Error('it ended before it could be reached')))
  })
  return { child, said: JSON.parse(text) as Said, text: () => text, log: () => log }
}

test('a class of a module in TypeScript serves, with its arguments, until it is stopped in order', async () => {
  const dir = scratch({ 'lamp.ts': LAMP })
  const { child, said, text } = await start(dir, ['Lamp', '--module', 'lamp', '--arg', 'device=/dev/x'])
  expect(said).toMatchObject({ store: 'lamp', alias: 'main', pid: child.pid })
  const client = new RawClient(said.rep)
  expect((await client.ask('GET', 'lamp.level')).payload).toMatchObject({ value: 6 })
  expect((await client.ask('SET', 'lamp.level', { value: 12 })).payload).toEqual({ value: true, accepted: 10 })
  child.kill('SIGTERM')
  expect(await once(child, 'close')).toEqual([0, null])
  expect(text()).toContain('cleaned up')
})

test('without a module it has plain items; the same one runs once', async () => {
  const dir = scratch({ 'lamp.yaml': 'level: { type: numeric, initial: 3 }\n' })
  const { child, said } = await start(dir, ['lamp', 'left', '--config', 'lamp.yaml'])
  expect((await new RawClient(said.rep).ask('GET', 'lamp.level')).payload).toMatchObject({ value: 3 })
  const second = deadbeat(dir, ['markd', 'lamp', 'left', '--announce', 'off', '--config', 'lamp.yaml'])
  expect(second.status).toBe(75)
  expect(second.stderr).toContain(`the daemon left of lamp runs already: process ${child.pid} has the lock`)
  child.kill('SIGINT')
  expect(await once(child, 'close')).toEqual([0, null])
})

test('without items it says so', async () => {
  const dir = scratch({ 'lamp.json': '{ "level": {} }', 'none.yaml': '' })
  for (const [argv, isWarned] of [
    [['lamp', '--config', 'none.yaml'], true],
    [['dark'], true],
    [['lamp', '--config', 'lamp.json'], false],
  ] as const) {
    const { child, log } = await start(dir, argv)
    child.kill('SIGTERM')
    expect(await once(child, 'close')).toEqual([0, null])
    expect(log().includes(`${argv[0]}.main has no items`)).toBe(isWarned)
  }
})

test('what keeps it from starting is told, with its exit code', () => {
  const dir = scratch({
    'bad.json': '{\n  "level": { "type": "number" },\n  "_a": {} }\n',
    'none.ts': 'export const lamp = 1\n',
    'two.ts': LAMP + 'export class Other extends LampDaemon {}\n',
    'fails.ts': LAMP.replace("this.addItem(Lamp, 'level', { type: 'numeric' })", "throw new Error('no lamp')"),
  })
  const markd = (...argv: string[]) => deadbeat(dir, ['markd', 'lamp', '--announce', 'off', ...argv])
  const faulty = markd('--config', 'bad.json')
  expect(faulty.status).toBe(78)
  expect(faulty.stderr).toMatch(/level\.type must be one of .* \(bad\.json:2\)\n {2}"_a" is no key/)
  expect([markd('--config', 'nowhere.json').status, markd('--module', 'nowhere').status]).toEqual([78, 66])
  expect(markd('--module', 'none').stderr).toContain('none exports no class that extends ItemDaemon')
  expect(markd('--module', 'two').stderr).toContain('say which with --class: it has LampDaemon, Other')
  const failed = markd('--module', 'fails')
  expect(failed.status).toBe(70)
  expect(failed.stderr).toContain('lamp.main cannot start: setup(): no lamp')
  expect(markd('--port', '70000').status).toBe(64)
  expect(markd('--listen', '0.0.0.0').status).toBe(78)
  const named = deadbeat(dir, ['markd', 'a.b', '--announce', 'off'])
  expect([named.status, named.stderr]).toEqual([
    64,
    expect.stringMatching(/^markd: the name of a store must be .*"a\.b"\n$/),
  ])
  expect(markd('--persist.in', 'nowhere').stderr).toContain('persist.in must be one of')
})

test('a class is found by its name, or by being the only one', async () => {
  const dir = scratch({
    'lamp.mjs':
      'export class A {}\nexport default class B extends A { addItem() {} setup() {} setupFinal() {} cleanup() {} start() {} stop() {} }\n',
  })
  expect((await classIn(join(dir, 'lamp.mjs'), null)).name).toBe('B')
  await expect(classIn(join(dir, 'lamp.mjs'), 'A')).rejects.toThrow("no daemon's class A: it has default")
})

test('persistent values outlive it', async () => {
  const dir = scratch({ 'lamp.json': '{ "level": { "type": "numeric", "persist": true } }' })
  for (const before of [null, 7]) {
    const { child, said } = await start(dir, ['lamp', '--config', 'lamp.json', '--persist.in', 'file'])
    const client = new RawClient(said.rep)
    expect((await client.ask('GET', 'lamp.level')).payload).toMatchObject({ value: before })
    expect((await client.ask('SET', 'lamp.level', { value: 7 })).payload).toEqual({ value: true })
    child.kill('SIGTERM')
    expect(await once(child, 'close')).toEqual([0, null])
  }
})
