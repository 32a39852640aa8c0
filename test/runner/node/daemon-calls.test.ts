import { ItemDaemon, type Exposed } from '../../../lib/items/index.js'
import { Escapement, silentLogger } from '../../../lib/movement/index.js'
import { DaemonCalls } from '../../../lib/runner/node/daemon-calls.js'
import { temporary } from '../../support/temporary.js'

class Adder extends ItemDaemon {
  static readonly exposed = { add: { params: ['a', 'b'] } } satisfies Exposed<Adder>

  add(a: number, b: number): number {
    return a + b
  }
}

it('calls methods of daemons by name, and says what is wrong where there is none', async () => {
  const where = { esc: new Escapement(), log: silentLogger, home: temporary() }
  const daemon = new Adder('adder')
  await daemon.start({ ...where, port: 0, pubPort: 0 })
  const calls = new DaemonCalls(where)
  const name = `adder:127.0.0.1:${daemon.ports!.rep}`
  expect(await Promise.all([calls.call(name, 'add', [1, 2]), calls.call(name, 'add', [3, 4])])).toEqual([3, 7])
  await expect(calls.call(name, 'subtract', [])).rejects.toThrow(/subtract/)
  await expect(calls.call('a name that is none', 'add', [])).rejects.toThrow(
    expect.objectContaining({ code: 'ERR_DAEMON_NAME' }),
  )
  await calls.close()
  await daemon.stop()
})
