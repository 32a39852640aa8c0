import { expect, test } from '@jest/globals'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { announcerOf } from '../../lib/cli/announcer.js'
import type { Block } from '../../lib/items/index.js'
import { temporary } from '../support/temporary.js'

const block: Block = {
  ...{ store: 'lamp', alias: 'main', uuid: 'a-1', time: 1, hash: 2, items: {} },
  provenance: [{ stratum: 0, hostname: '127.0.0.1', rep: 7, pub: 8 }],
}

test('a daemon has its name and its block while it is there, and its database is closed behind it', async () => {
  const home = temporary()
  const before = process.env['RUNTIME_DIRECTORY']
  process.env['RUNTIME_DIRECTORY'] = join(home, 'run')
  try {
    const announcer = announcerOf({ announce: 'off', registry: [], kv: `file:${home}/kv` }, { home })
    await announcer.announce(() => block)
    const name = join(home, 'run', '.daemons', 'lamp.main.json')
    expect([existsSync(name), existsSync(join(home, 'client', 'cache', 'lamp', 'a-1.json'))]).toEqual([true, true])
    await announcer.withdraw()
    expect(existsSync(name)).toBe(false)
  } finally {
    if (before === undefined) delete process.env['RUNTIME_DIRECTORY']
    else process.env['RUNTIME_DIRECTORY'] = before
  }
})

test('an address that is none of a database is refused', () => {
  expect(() => announcerOf({ announce: 'off', registry: [], kv: 'redis://x' }, {})).toThrow('must begin with etcd:')
})
