import { describeNative, runChild } from './support.js'

describeNative('worker threads', () => {
  test('can be terminated under a flood of events, 200 of them', async () => {
    const { code, signal, stdout, stderr } = await runChild(
      `
      const { Worker } = require('node:worker_threads')
      const { readdirSync, readlinkSync } = require('node:fs')
      const flood = \`
        const { parentPort, workerData } = require('node:worker_threads')
        const native = require(workerData)
        let calls = 0
        const [r, w] = native.pipe()
        require('node:fs').writeSync(w, 'x')
        new native.UvSignal(40, () => {})
        const epoll = new native.Epoll(() => { if (++calls === 50) parentPort.postMessage('flooded') })
        epoll.ctl(1, r, 1, 1)
        epoll.ctl(1, w, 4, 2)
      \`
      const count = () => readdirSync('/proc/self/fd').filter((fd) => {
        try { return readlinkSync('/proc/self/fd/' + fd) === 'anon_inode:[eventpoll]' } catch { return false }
      }).length
      async function one() {
        const worker = new Worker(flood, { eval: true, workerData: process.argv[1] })
        await new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject))
        await worker.terminate()
      }
      async function lane(times) { for (let i = 0; i < times; i++) await one() }
      (async () => {
        const before = count()
        await Promise.all([lane(100), lane(100)])
        console.log(count() - before, 'left')
      })()
    `,
      [],
      100_000,
    )
    expect([code, signal, stdout, stderr]).toEqual([0, null, '0 left', ''])
  }, 120_000)

  test('get the exception of a callback as their own error', async () => {
    const { stdout } = await runChild(`
      const { Worker } = require('node:worker_threads')
      new Worker(\`
        const native = require(require('node:worker_threads').workerData)
        const epoll = new native.Epoll(() => { throw new Error('thrown in a worker') })
        epoll.ctl(1, native.pipe()[1], 4, 7)
      \`, { eval: true, workerData: process.argv[1] }).on('error', (error) => console.log(error.message))
    `)
    expect(stdout).toBe('thrown in a worker')
  })
})
