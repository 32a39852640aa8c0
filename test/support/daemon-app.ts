/** An app for tests of daemons, in JavaScript: idle, or failing when it is told to. */

/** Its name is `idle`; its setting `input.fail` says when it throws: in `build`, at the `start`, or `later`, on SIGUSR2. */
export const IDLE = `import { Supply } from 'deadbeat'
import { app } from 'deadbeat/app'
import { createServer } from 'node:net'

class Idle extends Supply {
  start() {
    const { fail, port, stubborn } = this.options
    if (fail === 'start') throw new Error('failed at the start')
    if (fail === 'hang') return new Promise(() => setInterval(() => {}, 1000))
    if (fail === 'later') this.train.esc.signalRegister('SIGUSR2', () => { throw new Error('failed later') })
    this.timer = this.train.esc.every(60_000, () => {})
    if (port !== null) {
      return new Promise((resolve, reject) => {
        createServer().once('error', reject).listen(port, '127.0.0.1', resolve)
      })
    }
  }
  finish() {
    if (this.options.stubborn) return new Promise(() => {})
    this.train.esc.cancel(this.timer)
  }
}

export default app({
  name: 'idle',
  doc: 'Does nothing.',
  config: {
    input: {
      fail: { doc: 'When it throws.', format: ['never', 'build', 'start', 'later', 'hang'], default: 'never' },
      port: { doc: 'A port to listen at.', format: 'port', default: null },
      stubborn: { doc: 'Whether it never finishes.', format: 'boolean', default: false },
    },
  },
  build(train, settings, host) {
    if (settings.input.fail === 'build') throw new Error('failed while it was built')
    host.log.info({ sockets: host.sockets }, 'given')
    train.line(new Idle(train, settings.input), () => null)
  },
})
`
