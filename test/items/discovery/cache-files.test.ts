import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CacheFiles, type CacheFilesOptions } from '../../../lib/items/discovery/cache-files.js'
import { silentLogger } from '../../../lib/movement/logger.js'
import { temporary } from '../../support/temporary.js'
import { blockAt } from './blocks.js'

function start(options: Partial<CacheFilesOptions> = {}) {
  const home = temporary()
  const lines: string[] = []
  const log = { ...silentLogger, warn: (_fields: object | string, message?: string) => void lines.push(message ?? '') }
  const files = new CacheFiles({ home, log, ...options })
  return { home, lines, files, cache: join(home, 'client', 'cache') }
}

test('a block is kept where the client of Python looks for it, and comes back', async () => {
  const { files, cache } = start()
  const block = blockAt(7, { hash: 154987922404031534025949415833612942143n })
  await files.write(block)
  const text = readFileSync(join(cache, 'lamp', `${block.uuid}.json`), 'utf8')
  expect(text).toContain('"hash":154987922404031534025949415833612942143')
  expect(await files.read('Lamp')).toEqual([block])
  expect(await files.stores()).toEqual(['lamp'])
})

test('blocks are for their owner alone', async () => {
  const { files, cache } = start()
  await files.write(blockAt(7))
  expect(statSync(join(cache, 'lamp')).mode & 0o777).toBe(0o700)
})

test('the newer block of a daemon replaces the older one, and may be forgotten', async () => {
  const { files } = start()
  await Promise.all([1, 2, 3].map((hash) => files.write(blockAt(7, { hash }))))
  await files.write(blockAt(9))
  expect(await files.read('lamp')).toEqual([blockAt(7, { hash: 3 }), blockAt(9)])
  await files.remove(blockAt(7))
  expect(await files.read('lamp')).toEqual([blockAt(9)])
  await files.remove(blockAt(7))
})

test('where nothing is, nothing is known', async () => {
  const { files, lines } = start()
  expect([await files.stores(), await files.read('lamp'), await files.registries()]).toEqual([[], [], []])
  expect(lines).toEqual([])
})

test('no name leads out of the directory', async () => {
  const { files, home } = start()
  await expect(files.read('../cache')).rejects.toThrow('the name of a store must be')
  await expect(files.write(blockAt(7, { store: '../..' }))).rejects.toThrow('the name of a store must be')
  await expect(files.write(blockAt(7, { uuid: '../../x' }))).rejects.toThrow('uuid must be a text')
  await expect(files.remove(blockAt(7, { uuid: '../x' }))).rejects.toThrow('uuid must be a text')
  expect(readdirSync(home)).toEqual([])
})

test('what can not be used is passed over, and told', async () => {
  const { files, cache, lines } = start({ bytesMax: 2000 })
  await files.write(blockAt(7))
  const put = (name: string, text: string): void => writeFileSync(join(cache, 'lamp', `${name}.json`), text)
  put('half', '{"store": "la')
  put('long', ' '.repeat(2001))
  put('odd', JSON.stringify({ ...blockAt(9), items: 3 }))
  put('other', JSON.stringify(blockAt(11, { store: 'lamp2' })))
  spawnSync('mkfifo', [join(cache, 'lamp', 'pipe.json')])
  mkdirSync(join(cache, 'lamp', 'qfolder.json'))
  symlinkSync('/nowhere', join(cache, 'lamp', 'zlink.json'))
  writeFileSync(join(cache, 'lamp', 'readme'), '')
  writeFileSync(join(cache, 'lamp', '.half.json'), '')
  expect(await files.read('lamp')).toEqual([blockAt(7)])
  expect(lines.map((line) => line.replace(/.*\/(\w+)\.json is passed over: /, '$1: '))).toEqual([
    expect.stringContaining('half: '),
    'long: it may have bytesMax (2000) bytes: it has 2001',
    expect.stringContaining('odd: a catalog block'),
    'other: it is a block of the store lamp2',
    'pipe: it is no file',
    'qfolder: it is no file',
    expect.stringContaining('zlink: ENOENT'),
  ])
})

test('no more than blocksMax are read', async () => {
  const { files } = start({ blocksMax: 1 })
  await files.write(blockAt(9))
  await files.write(blockAt(7))
  expect(await files.read('lamp')).toEqual([blockAt(7)])
})

test('folders that can be no store are none', async () => {
  const { files, cache } = start()
  for (const name of ['lamp', 'Lamp', '.git', 'a b', 'empty']) mkdirSync(join(cache, name), { recursive: true })
  for (const name of ['lamp', 'Lamp', '.git', 'a b']) writeFileSync(join(cache, name, 'a.json'), '')
  expect(await files.stores()).toEqual(['lamp'])
})

test('registries are those that people wrote down, then those that were found', async () => {
  const { files, home } = start({ registriesMax: 2 })
  await files.rememberRegistry('192.0.2.1')
  writeFileSync(join(home, 'client', 'registries'), '# ours\nregistry.example  192.0.2.9 # the old one\n\n')
  await files.rememberRegistry('192.0.2.1')
  await files.rememberRegistry('no address\n# x')
  expect(await files.registries()).toEqual(['registry.example', '192.0.2.9', '192.0.2.1'])
  await files.rememberRegistry('192.0.2.2')
  await files.rememberRegistry('192.0.2.3')
  expect(readFileSync(join(home, 'client', 'registries.cache'), 'utf8')).toBe('192.0.2.2\n192.0.2.3\n')
})

test('where it can not be written that is thrown, and the next one is written', async () => {
  const { files, home } = start()
  writeFileSync(join(home, 'client'), '')
  await expect(files.write(blockAt(7))).rejects.toThrow('ENOTDIR')
  await expect(files.write(blockAt(7))).rejects.toThrow('ENOTDIR')
  expect(existsSync(join(home, 'client', 'cache'))).toBe(false)
})
