import { afterEach, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { Controller } from '../../../apps/heater/controller.js'
import { SimulatedController } from '../../../apps/heater/simulated-controller.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { Cleanups, until } from '../../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

/** A controller that does with each line what the test says. */
async function start(heard: (line: string, socket: Socket) => void) {
  const lines: string[] = []
  const server = createServer((socket) =>
    socket
      .on('error', () => undefined)
      .on('data', (text: Buffer) => {
        const line = String(text).trim()
        lines.push(line)
        heard(line, socket)
      }),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const clock = new ManualClock()
  const esc = new Escapement({ clock })
  const { port } = server.address() as AddressInfo
  const controller = new Controller({ at: { host: '127.0.0.1', port }, answerMs: 500, esc })
  cleanups.add(() => {
    controller.close()
    server.close()
    esc.close()
  })
  return { clock, controller, lines, port }
}

test('questions are asked one after the other, and one that is refused keeps nobody', async () => {
  const { controller, lines } = await start((line, socket) => {
    socket.write(line.slice(0, 1)) // An answer may come in pieces.
    setImmediate(() => socket.write(`${line.slice(1)} of ${lines.length}\n`))
  })
  const answers = await Promise.allSettled(['a', 'ERR no', 'c'].map((line) => controller.ask(line)))
  expect(answers.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error)))).toEqual([
    'a of 1',
    new RangeError('no of 2'),
    'c of 3',
  ])
})

test('an answer that does not come in time is none, and the next question has a connection of its own', async () => {
  const sockets = new Set<Socket>()
  const { clock, controller, lines, port } = await start((line, socket) => {
    sockets.add(socket)
    if (line === 'b') socket.write('B\n')
  })
  const late = expect(controller.ask('a')).rejects.toThrow(
    `the controller at 127.0.0.1:${port}: does not answer a within 500 ms`,
  )
  await until(() => lines.length === 1)
  clock.advance(500)
  await late
  expect(await controller.ask('b')).toBe('B')
  expect(sockets.size).toBe(2)
})

test('whoever sends without end, or leaves, has not answered', async () => {
  const { controller } = await start((line, socket) => {
    if (line === 'flood') socket.write('x'.repeat(2000))
    else socket.end()
  })
  await expect(controller.ask('flood')).rejects.toThrow('sends more than 1000 characters for one answer')
  await expect(controller.ask('leave')).rejects.toThrow('has closed the connection')
})

test('a controller that was away is asked again', async () => {
  const clock = new ManualClock()
  const make = () => new SimulatedController({ clock, lagMs: 1000 })
  const first = make()
  const at = await first.listen({ host: '127.0.0.1', port: 0 })
  const esc = new Escapement({ clock })
  const controller = new Controller({ at, answerMs: 500, esc })
  cleanups.add(() => controller.close())
  cleanups.add(() => esc.close())
  expect(await controller.ask('SP 30')).toBe('OK')
  await first.close()
  await until(() => controller.ask('SP?').catch((error: unknown) => String(error).includes('ECONNREFUSED')))
  const second = make()
  await second.listen(at)
  cleanups.add(() => second.close())
  expect(await controller.ask('SP?')).toBe('20')
  await expect(controller.ask('SP 999')).rejects.toThrow(new RangeError("SP can't be 999"))
})
