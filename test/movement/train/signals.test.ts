import { expect, jest, test } from '@jest/globals'
import { bindSignals } from '../../../lib/movement/train/signals.js'
import { silentLogger, type Binding, type EventLoop } from '../../../lib/movement/index.js'
import { runScript } from '../../support/child.js'

function start(more: object = {}) {
  const handlers = new Map<string, (signal: string) => void>()
  const binding: Binding = { live: true }
  const esc = {
    signalRegister: (signal: string, handler: (signal: string) => void) => (handlers.set(signal, handler), binding),
    signalUnregister: (signal: string) => Number(handlers.delete(signal)),
  } as unknown as EventLoop
  const asked: string[] = []
  const unbind = bindSignals(esc, {
    log: silentLogger,
    stop: () => asked.push('stop'),
    notify: (name) => asked.push(name),
    ...more,
  })
  return { handlers, asked, unbind }
}

test('SIGINT and SIGTERM stop, SIGHUP and SIGUSR1 reopen', () => {
  const asked = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1'].map((signal) => {
    const train = start()
    train.handlers.get(signal)?.(signal)
    return train.asked
  })
  expect(asked).toEqual([['stop'], ['stop'], ['reopen'], ['reopen']])
})

test('SIGHUP reloads where there is something to reload, SIGUSR1 reopens all the same', () => {
  const { handlers, asked } = start({ reload: () => asked.push('reload') })
  for (const signal of ['SIGHUP', 'SIGUSR1']) handlers.get(signal)?.(signal)
  expect(asked).toEqual(['reload', 'reopen'])
})

test('a second signal to stop unbinds all and lets the signal do what it does by itself', () => {
  const kill = jest.spyOn(process, 'kill').mockReturnValue(true)
  const { handlers, asked } = start()
  handlers.get('SIGINT')?.('SIGINT')
  expect([handlers.size, kill.mock.calls]).toEqual([4, []])
  handlers.get('SIGTERM')?.('SIGTERM')
  expect(asked).toEqual(['stop'])
  expect(handlers.size).toBe(0)
  expect(kill).toHaveBeenCalledWith(process.pid, 'SIGTERM')
  kill.mockRestore()
})

test('unbinding leaves nothing bound', () => {
  const { handlers, unbind } = start()
  unbind()
  expect(handlers.size).toBe(0)
})

test('a train stops in order on SIGINT, and reopens its files on SIGHUP', async () => {
  const { code, lines, errors } = await runScript(`
    const { Drain, Escapement, Supply, Train } = await import(dist + 'lib/movement/index.js')
    const train = new Train(new Escapement())
    class Waits extends Supply {
      start() { this.train.esc.every(1000, () => {}) }
      finish() { console.log('finish') }
      done() { console.log('done') }
      reopen() { console.log('reopen'); process.kill(process.pid, 'SIGINT') }
    }
    train.line(new Waits(train, {}), (d) => [d])
    await train.run({ onStarted: () => process.kill(process.pid, 'SIGHUP') })
    console.log('ran')
    process.exit()
  `)
  expect({ code, lines, errors }).toEqual({ code: 0, lines: ['reopen', 'finish', 'done', 'ran'], errors: '' })
})
