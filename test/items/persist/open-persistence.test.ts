import { expect, test } from '@jest/globals'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gather } from '../../../lib/conf/index.js'
import { persistBaseConfig } from '../../../lib/items/persist/base-config.js'
import { openPersistence } from '../../../lib/items/persist/open-persistence.js'
import { Escapement, silentLogger } from '../../../lib/movement/index.js'
import { startFakeS3 } from '../../support/fake-s3.js'
import { temporary } from '../../support/temporary.js'
import { PLACE } from './contract.js'

function start(argv: readonly string[], env: Record<string, string> = {}, home?: string) {
  const { persist } = gather({ persist: persistBaseConfig }, { argv: [...argv], env: {} })
  const stateDirectory = temporary()
  const about = { esc: new Escapement(), log: silentLogger, stateDirectory, env, ...(home !== undefined && { home }) }
  return { stateDirectory, open: () => openPersistence(persist, about) }
}

test.each([
  ['kv', [], (state: string) => `${state}/kv (/deadbeat/persist/lamp/main)`],
  ['a file', ['--persist.in', 'file'], (state: string) => `${state}/persist/lamp/main.values`],
  ['memory', ['--persist.in', 'memory'], () => 'memory (lamp.main)'],
])('values are kept in %s', async (_, argv, nameIn) => {
  const { open, stateDirectory } = start(argv)
  const persistence = await open()(PLACE)
  expect(persistence.name).toBe(nameIn(stateDirectory))
  await persistence.load()
  await persistence.save(new Map([['level', '1']]))
  expect([...(await persistence.load())]).toEqual([['level', '1']])
  await persistence.close()
})

test('values are kept in a store like S3, with keys of the environment', async () => {
  const s3 = await startFakeS3()
  const env = {
    AWS_ACCESS_KEY_ID: s3.keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.keys.secretAccessKey,
    AWS_REGION: s3.region,
  }
  const { open } = start(['--persist.in', 's3', '--persist.s3.url', s3.url, '--persist.s3.bucket', s3.bucket], env)
  const persistence = await open()(PLACE)
  await persistence.load()
  expect([...s3.objects.keys()]).toEqual(['deadbeat/lamp/main.values'])
  await persistence.close()
  await s3.stop()
})

test('what a store like S3 needs and is not set is told, all at once', () => {
  const { open } = start(['--persist.in', 's3', '--persist.s3.bucket', 'b'], { AWS_ACCESS_KEY_ID: 'id' })
  const faults = ['url', 'secretAccessKey'].map((name) => `persist.s3.${name} must be set where persist.in is s3`)
  expect(open).toThrow(expect.objectContaining({ code: 'ERR_CONFIG', faults }))
})

test.each(['kv', 'file', 'memory'])('what a daemon in Python saved is taken over once, into %s', async (kind) => {
  const home = temporary()
  const directory = join(home, 'daemon', 'persist', PLACE.uuid)
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'Level'), '{"value": 3, "time": 5.5}')
  const { open } = start(['--persist.in', kind], {}, home)
  const opener = open()
  const first = await opener(PLACE)
  expect([...(await first.load())]).toEqual([['level', '{"value":3,"time":5.5}']])
  await first.save(new Map([['level', '4']]))
  await first.close()
  const second = await opener(PLACE)
  expect([...(await second.load())]).toEqual([['level', '4']])
  await second.close()
})
