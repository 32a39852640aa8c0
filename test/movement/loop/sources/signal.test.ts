import { native } from 'inotify-ts/native'
import { Escapement } from '../../../../lib/movement/loop/escapement.js'
import { runScript } from '../../../support/child.js'

// Jest gives a test a copy of `process`, which no signal reaches: what is about their arrival runs in a child.
const start = () => {
  const esc = new Escapement()
  return { esc, hear: () => undefined }
}

const inChild = (body: string) =>
  runScript(`
    const { Escapement } = await import(dist + 'lib/movement/index.js')
    const esc = new Escapement()
    const hear = (...told) => console.log(told.join(' '))
    const send = (signal) => process.kill(process.pid, signal)
    const settle = async () => { for (let i = 0; i < 5; i++) await esc.waitIdle() }
    ${body}
  `)

test('runs the callables of a signal in the order of their binding, with its name and their arguments', async () => {
  const { lines, code } = await inChild(`
    esc.signalRegister('SIGHUP', hear, 'first')
    esc.signalRegister('SIGHUP', hear, 'second', 2)
    esc.signalRegister('SIGTERM', hear)
    send('SIGHUP')
    await settle()
  `)
  expect([lines, code]).toEqual([['SIGHUP first', 'SIGHUP second 2'], 0])
})

test('a signal is not lost while another is being handled', async () => {
  const { lines } = await inChild(`
    esc.signalRegister('SIGHUP', () => { hear('HUP'); send('SIGTERM') })
    esc.signalRegister('SIGTERM', () => hear('TERM'))
    send('SIGHUP')
    await settle()
  `)
  expect(lines).toEqual(['HUP', 'TERM'])
})

test('an ended binding hears no more, and with the last one the default action is back', async () => {
  const { lines, signal } = await inChild(`
    const one = esc.signalRegister('SIGTERM', hear, 'one')
    esc.signalRegister('SIGTERM', hear, 'two')
    esc.signalRegister('SIGTERM', hear, 'three')
    hear(esc.signalUnregister('SIGTERM', one), esc.signalUnregister('SIGTERM', one), one.live)
    send('SIGTERM')
    await settle()
    hear(esc.signalUnregister('SIGTERM', hear))
    send('SIGTERM')
    await new Promise((resolve) => setTimeout(resolve, 10_000))
  `)
  expect([lines, signal]).toEqual([['1 0 false', 'SIGTERM two', 'SIGTERM three', '2'], 'SIGTERM'])
})

test('SIGUSR1 neither opens the inspector nor kills, with the binding or after it', async () => {
  const { lines, errors, code } = await inChild(`
    const usr1 = esc.signalRegister('SIGUSR1', hear)
    send('SIGUSR1')
    await settle()
    esc.signalUnregister('SIGUSR1', usr1)
    send('SIGUSR1')
    await settle()
    hear('alive')
  `)
  expect([lines, errors, code]).toEqual([['SIGUSR1', 'alive'], '', 0])
})

test('signals keep no process alive', async () => {
  const { lines, code } = await inChild(`
    esc.signalRegister('SIGHUP', hear)
    ${native === null ? '' : "esc.signalRegister('SIGRTMIN+1', hear)"}
    process.on('exit', () => hear('exit'))
  `)
  expect([lines, code]).toEqual([['exit'], 0])
})

test('refuses what cannot be caught and what is no signal', () => {
  const { esc, hear } = start()
  expect(() => esc.signalRegister('SIGKILL', hear)).toThrow(
    new RangeError('signal must be one that can be caught: it is SIGKILL'),
  )
  expect(() => esc.signalRegister('SIGSTOP', hear)).toThrow(RangeError)
  expect(() => esc.signalRegister('HUP', hear)).toThrow(
    new TypeError('signal must be a name as in signal(7), such as SIGHUP: it is "HUP"'),
  )
  expect(() => esc.signalRegister('constructor', hear)).toThrow(TypeError)
  expect(() => esc.signalRegister('SIGRTMIN+31', hear)).toThrow(
    new RangeError('signal must lie between SIGRTMIN and SIGRTMIN+30: it is SIGRTMIN+31'),
  )
  expect(() => esc.signalRegister('SIGRTMAX+1', hear)).toThrow(RangeError)
  expect(esc.signalUnregister('SIGKILL', hear)).toBe(0)
})

test('says in a worker that workers get no signals', async () => {
  const { lines } = await runScript(`
    const { Worker } = await import('node:worker_threads')
    const body = \`import(\${JSON.stringify(dist)} + 'lib/movement/index.js').then(({ Escapement }) => {
      try { new Escapement().signalRegister('SIGHUP', () => {}) } catch (error) { console.log(error.code, error.message) }
    })\`
    new Worker(body, { eval: true })
  `)
  expect(lines).toEqual(['ENOTSUP SIGHUP must be bound in the main thread: workers get no signals'])
})

if (native !== null) {
  test('real-time signals arrive as often as they were sent', async () => {
    const { lines } = await inChild(`
      const { execFileSync } = await import('node:child_process')
      const low = esc.signalRegister('SIGRTMIN+3', hear)
      const high = esc.signalRegister('SIGRTMAX-2', hear)
      for (const number of [37, 62, 37]) execFileSync('kill', ['-' + number, String(process.pid)])
      await settle()
      hear(esc.signalUnregister('SIGRTMIN+3', low), esc.signalUnregister('SIGRTMAX-2', hear))
    `)
    expect(lines.toSorted()).toEqual(['1 1', 'SIGRTMAX-2', 'SIGRTMIN+3', 'SIGRTMIN+3'])
  })
} else {
  test('without the native part a real-time signal says why there is none', () => {
    const { esc, hear } = start()
    expect(() => esc.signalRegister('SIGRTMIN', hear)).toThrow(expect.objectContaining({ code: 'ENOTSUP' }) as Error)
    expect(() => esc.signalRegister('SIGRTMIN', hear)).toThrow(/^SIGRTMIN needs the native binding, as all real-time/)
  })
}
