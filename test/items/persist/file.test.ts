import { expect, test } from '@jest/globals'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FilePersistence } from '../../../lib/items/persist/file.js'
import { lineLogger } from '../../../lib/movement/logger.js'
import { temporary } from '../../support/temporary.js'
import { checkPersistence, PLACE, sorted } from './contract.js'

function start(directory = temporary()) {
  const lines: string[] = []
  const log = lineLogger({}, (line) => lines.push(line))
  const open = (place = PLACE): FilePersistence => new FilePersistence(place, { directory, log })
  return { directory, lines, open, folder: join(directory, 'lamp') }
}

checkPersistence('a file', () => start())

test('the file says what it is, and only its owner may read it', async () => {
  const { open, folder } = start()
  const file = open()
  await file.load()
  await file.save(new Map([['level', '{"value":3,"time":1}']]))
  expect(readFileSync(file.name, 'utf8')).toMatch(
    /^deadbeat values 1 [0-9a-f]{8} 29\n"level" \{"value":3,"time":1\}\n$/,
  )
  expect([statSync(file.name).mode & 0o777, statSync(folder).mode & 0o777]).toEqual([0o600, 0o700])
  expect(readdirSync(folder).sort()).toEqual(['main.lock', 'main.values'])
  await file.close()
})

test('a damaged file is put aside, told of, and in nobody way', async () => {
  const { open, folder, lines } = start()
  const first = open()
  await first.load()
  await first.save(new Map([['level', '1']]))
  await first.close()
  const whole = readFileSync(first.name)
  for (const cut of [10, 20]) {
    writeFileSync(first.name, whole.subarray(0, cut))
    const next = open()
    expect([...(await next.load())]).toEqual([])
    await next.save(new Map([['level', '2']]))
    await next.close()
  }
  const damaged = readdirSync(folder).filter((name) => name.endsWith('.damaged'))
  expect(damaged).toHaveLength(2)
  expect(lines).toHaveLength(2)
  for (const line of lines)
    expect(damaged.some((name) => line.includes(`it is kept as ${join(folder, name)}`))).toBe(true)
})

test('a newer file is left alone', async () => {
  const { open, folder } = start()
  mkdirSync(folder)
  writeFileSync(join(folder, 'main.values'), 'deadbeat values 2 00000000 0\n')
  await expect(open().load()).rejects.toMatchObject({ code: 'ERR_PERSIST' })
  await expect(open().load()).rejects.toMatchObject({ code: 'ERR_PERSIST' }) // Not ERR_IN_USE: nothing is held.
  expect(readFileSync(join(folder, 'main.values'), 'utf8')).toBe('deadbeat values 2 00000000 0\n')
})

test('what was put aside can be read', async () => {
  const { open, folder } = start()
  const file = open()
  await file.load()
  await file.save(new Map([['level', 'x'], ['colour', 'y']])) // prettier-ignore
  expect(await file.putAside('level', 'no JSON')).toBe(join(folder, 'main.aside'))
  await file.putAside('colour', 'no colour')
  const told = readFileSync(join(folder, 'main.aside'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as unknown) // prettier-ignore
  expect(told).toEqual([
    { key: 'level', why: 'no JSON', text: 'x' },
    { key: 'colour', why: 'no colour', text: 'y' },
  ])
  await file.close()
})

test('a save that fails leaves the old values, and the next one has all of the new', async () => {
  const { open, folder } = start()
  const file = open()
  await file.load()
  await file.save(new Map([['level', '1']]))
  rmSync(folder, { recursive: true })
  await expect(file.save(new Map([['level', '2']]))).rejects.toMatchObject({ code: 'ENOENT' })
  mkdirSync(folder)
  await file.save(new Map([['colour', '3']]))
  expect(sorted(await file.load())).toEqual([['colour', '3'], ['level', '1']]) // prettier-ignore
  await file.close()
})

test('a directory that can not be made is told with its reason', async () => {
  const { directory, open } = start()
  writeFileSync(join(directory, 'lamp'), '')
  await expect(open().load()).rejects.toMatchObject({
    code: 'ERR_PERSIST',
    message: expect.stringMatching(/^the saved values in .*main\.values can't be read: .*EEXIST|ENOTDIR/),
  })
})
