import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { entryOf, formatEntry, isRunning, readEntry, thisProcess } from '../../../lib/items/discovery/name-entry.js'
import { blockAt } from './blocks.js'

const entry = entryOf(blockAt(7), { host: 'a', pid: 12, started: 5, since: '99' })

test('an entry comes back from its text, without the items', () => {
  expect(readEntry(formatEntry(entry))).toEqual(entry)
  expect(formatEntry(entry)).not.toContain('level')
  expect(readEntry(formatEntry({ ...entry, process: { ...entry.process, since: null } })).process.since).toBeNull()
})

test.each([
  ['{}', 'format must be "deadbeat daemon 1": it is undefined'],
  [formatEntry(entry).replace('daemon 1', 'daemon 2'), 'it is "deadbeat daemon 2"'],
  ['null', 'format must be'],
  ['[', 'JSON'],
  [formatEntry(entry).replace('"pid":12', '"pid":-1'), 'pid must be the number of a process: it is -1'],
  [formatEntry(entry).replace('"host":"a"', '"host":3'), 'host must be a text: it is 3'],
  [formatEntry(entry).replace('"started":5', '"started":null'), 'started must be a number: it is null'],
  [formatEntry(entry).replace('"store":"lamp"', '"store":"../x"'), 'the name of a store'],
  [formatEntry(entry).replace(',"pub":8', ''), 'it names no port for publications'],
])('%s is no entry', (text, message) => {
  expect(() => readEntry(text)).toThrow(message)
})

test('this process runs, and one that has ended does not', async () => {
  expect(isRunning(thisProcess(0))).toBe(true)
  const child = spawn(process.execPath, ['-e', ''])
  const gone = { ...thisProcess(0), pid: child.pid ?? 0, since: null }
  await once(child, 'exit')
  expect(isRunning(gone)).toBe(false)
  expect(isRunning({ ...gone, since: '1' })).toBe(false)
})

test('a process that has the number of an earlier one is not taken for it', () => {
  const { since, ...own } = thisProcess(0)
  expect(isRunning({ ...own, since: since === null ? '0' : `${since}0` })).toBe(false)
  expect(isRunning({ ...own, since: null })).toBe(true)
})
