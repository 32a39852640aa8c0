import { expect, jest, test } from '@jest/globals'
import { ItemDaemon } from '../../lib/items/index.js'
import { runDaemon } from '../../lib/cli/run-daemon.js'
import { temporary } from '../support/temporary.js'

const NO_PORTS = { port: 0, pubPort: 0 }

test('it says where it is, and ends with code 0 when it is stopped', async () => {
  const daemon = new ItemDaemon('lamp')
  let said = ''
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text)
    void daemon.stop()
    return true
  })
  try {
    const start = (): Promise<void> => daemon.start({ ...NO_PORTS, home: temporary() })
    const about = (): object => ({ calledAt: 7 })
    const options = { start, address: '127.0.0.1', json: true, about: about as () => Readonly<Record<string, unknown>> }
    expect(await runDaemon(daemon, options)).toBe(0)
  } finally {
    write.mockRestore()
  }
  expect(JSON.parse(said)).toMatchObject({ store: 'lamp', alias: 'main', calledAt: 7, pid: process.pid })
})

test('what keeps it from starting comes out', async () => {
  const daemon = new ItemDaemon('lamp')
  const start = (): Promise<void> => Promise.reject(new Error('no room'))
  await expect(runDaemon(daemon, { start, address: '127.0.0.1', json: false })).rejects.toThrow('no room')
})
