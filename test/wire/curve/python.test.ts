import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { KeyDirectory } from '../../../lib/wire/curve/key-directory.js'
import { temporary } from '../../support/temporary.js'
import { requestServer } from '../../support/wire.js'

const PACKAGES = '/usr/lib/python3/dist-packages'
const script = join(import.meta.dirname, '../../support/curve-peer.py')

if (['zmq', 'cryptography'].every((name) => existsSync(join(PACKAGES, name)))) {
  test('a client of pyzmq comes in with our files, and is known by a proof made in Python', async () => {
    const keys = new KeyDirectory(temporary())
    for (const name of ['heater', 'anna']) keys.make(name)
    keys.add('clients', 'anna', keys.own('anna').publicKey)
    const { port } = await requestServer({
      curve: keys.server('heater'),
      handle: ({ principal }) => ({ value: 'name' in principal ? principal.name : principal.kind, time: 1 }),
    })
    const files = [join(keys.path, 'secret/anna.key_secret'), join(keys.path, 'public/heater.key')]
    const { stdout } = await promisify(execFile)('/usr/bin/python3', [script, String(port), ...files])
    expect(stdout).toBe('anonymous anna\n')
  })
}
