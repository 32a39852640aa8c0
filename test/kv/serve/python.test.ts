import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Cleanups } from '../../support/supplied.js'
import { startServed } from './rig.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

// What isn't installed is told by `npm run verify`, which leaves nothing out where CI is set.
if (existsSync('/usr/lib/python3/dist-packages/etcd3/__init__.py')) {
  test("Debian's Python client does all that it can", async () => {
    const { port } = await startServed(cleanups)
    const script = fileURLToPath(new URL('./peer.py', import.meta.url))
    const { stdout } = await promisify(execFile)('/usr/bin/python3', [script, '127.0.0.1', String(port)])
    expect(JSON.parse(stdout)).toEqual({
      previous: '2',
      descending: ['3', '4'],
      'by modification': ['/k/é', '/k/b'],
      missing: null,
      replaced: [false, true],
      new: [true, false],
      transaction: [true, ['6']],
      watched: [
        ['PutEvent', '/w/a', '1'],
        ['PutEvent', '/w/a', '2'],
        ['DeleteEvent', '/w/a', ''],
      ],
      'watched from then': '/k/t',
      lease: [60, ['/l'], 60],
      revoked: null,
      locked: true,
      members: ['deadbeat'],
      status: 'deadbeat',
      deleted: 4,
    })
  })
}
