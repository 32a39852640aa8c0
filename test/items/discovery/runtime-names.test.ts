import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { entryOf, thisProcess } from '../../../lib/items/discovery/name-entry.js'
import { RuntimeNames } from '../../../lib/items/discovery/runtime-names.js'
import { silentLogger } from '../../../lib/movement/logger.js'
import { temporary } from '../../support/temporary.js'
import { blockAt } from './blocks.js'

function start() {
  const directory = join(temporary(), 'names')
  const lines: string[] = []
  const log = { ...silentLogger, warn: (_fields: object | string, message?: string) => void lines.push(message ?? '') }
  return { directory, lines, names: new RuntimeNames({ log, directory }) }
}
const entry = entryOf(blockAt(7), thisProcess(5))
const other = entryOf(blockAt(9, { alias: 'other' }), thisProcess(5))

test('names are told until they are withdrawn, and to their owner alone', async () => {
  const { names, directory } = start()
  expect(await names.all()).toEqual([])
  const held = await names.register(entry)
  await names.register(other)
  await names.register(entryOf(blockAt(11, { store: 'lamp2' }), thisProcess(5)))
  expect(await names.of('LAMP')).toEqual([entry, other])
  expect(await names.all()).toHaveLength(3)
  expect(statSync(join(directory, 'lamp.main.json')).mode & 0o777).toBe(0o600)
  await held.withdraw()
  expect(await names.of('lamp')).toEqual([other])
})

test('a name says something else from an update on', async () => {
  const { names } = start()
  const held = await names.register(entry)
  const next = entryOf(blockAt(7, { hash: 8 }), thisProcess(5))
  await held.update(next)
  expect(await names.of('lamp')).toEqual([next])
})

test('what a process left that is gone is removed', async () => {
  const { names, directory } = start()
  await names.register(entryOf(blockAt(7), { ...thisProcess(5), since: 'another' }))
  expect(await names.of('lamp')).toEqual([])
  expect(readdirSync(directory)).toEqual([])
})

test('who withdraws a name that another daemon has taken leaves it to that one', async () => {
  const { names } = start()
  const held = await names.register(entry)
  const successor = entryOf(blockAt(13), thisProcess(6))
  await names.register(successor)
  await held.withdraw()
  expect(await names.of('lamp')).toEqual([successor])
})

test('a file that can not be used is passed over, and told', async () => {
  const { names, directory, lines } = start()
  await names.register(entry)
  writeFileSync(join(directory, 'lamp.bad.json'), '{"format":"deadbeat daemon 9"}')
  mkdirSync(join(directory, 'lamp.folder.json'))
  writeFileSync(join(directory, 'lamp.else.txt'), 'x')
  expect(await names.of('lamp')).toEqual([entry])
  expect(lines).toEqual([
    expect.stringContaining('lamp.bad.json is passed over: the entry of a daemon'),
    expect.stringContaining('lamp.folder.json is passed over: EISDIR'),
  ])
})

test('a directory that others may write to is refused', async () => {
  const { names, directory } = start()
  mkdirSync(directory)
  chmodSync(directory, 0o777)
  await expect(names.register(entry)).rejects.toThrow(`the runtime directory ${directory} cannot be used`)
})

test('a name that leads elsewhere is refused', async () => {
  await expect(start().names.of('../x')).rejects.toThrow('the name of a store must be')
})

test('the usual directory is that of the user, or one in that of the unit', () => {
  const before = process.env['RUNTIME_DIRECTORY']
  try {
    process.env['RUNTIME_DIRECTORY'] = '/run/unit'
    expect(new RuntimeNames({ log: silentLogger }).place).toBe('/run/unit/.daemons')
    delete process.env['RUNTIME_DIRECTORY']
    expect(new RuntimeNames({ log: silentLogger }).place).toMatch(/deadbeat[^/]*\/\.daemons$/)
  } finally {
    if (before !== undefined) process.env['RUNTIME_DIRECTORY'] = before
  }
})
