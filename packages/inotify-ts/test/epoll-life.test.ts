import { closeSync } from 'node:fs'
import { EPOLL_CTL_ADD, EPOLLIN, EPOLLOUT, type EpollHandle } from '../src/epoll.js'
import { codeOf, countDescriptors, describeNative, runChild } from './support.js'

describeNative('an epoll', (native) => {
  test('hands what its callback throws to uncaughtException, and goes on', async () => {
    const { code, stdout } = await runChild(`
      const [r, w] = native.pipe()
      let calls = 0
      process.on('uncaughtException', (error) => console.log(error.message))
      const epoll = new native.Epoll(() => {
        if (++calls === 3) return epoll.close()
        throw new Error('thrown ' + calls)
      })
      epoll.ctl(1, r, 1, 7)
      require('fs').writeSync(w, 'x')
    `)
    expect([code, stdout]).toEqual([0, 'thrown 1\nthrown 2'])
  })

  test('ends the process when nobody takes what its callback throws', async () => {
    const { code, stderr } = await runChild(`
      const epoll = new native.Epoll(() => { throw new Error('thrown for nobody') })
      epoll.ctl(1, native.pipe()[1], 4, 7)
    `)
    expect(code).toBe(1)
    expect(stderr).toContain('thrown for nobody')
  })

  test('keeps the process alive unless it is told not to', async () => {
    const { stdout } = await runChild(`
      const epoll = new native.Epoll(() => {})
      epoll.setRef(false)
      process.on('exit', () => console.log('ended'))
    `)
    expect(stdout).toBe('ended')
    const alive = await runChild(`
      const epoll = new native.Epoll(() => {})
      setImmediate(() => setImmediate(() => { console.log('alive'); epoll.close() }))
    `)
    expect(alive.stdout).toBe('alive')
  })

  test('may be closed in its callback, and twice', async () => {
    let calls = 0
    const [r, w] = native.pipe()
    const closed = await new Promise<EpollHandle>((resolve) => {
      const epoll = new native.Epoll(function () {
        calls++
        this.close()
        this.close()
        resolve(epoll)
      })
      epoll.ctl(EPOLL_CTL_ADD, w, EPOLLOUT, 7)
    })
    await new Promise(setImmediate)
    expect(calls).toBe(1)
    expect(codeOf(() => closed.ctl(EPOLL_CTL_ADD, r, EPOLLIN, 1))).toBe('ERR_CLOSED')
    expect(codeOf(() => closed.setRef(true))).toBe('ERR_CLOSED')
    closeSync(r)
    closeSync(w)
  })

  test('leaves no descriptor behind', async () => {
    const before = countDescriptors('anon_inode:[eventpoll]')
    for (let i = 0; i < 500; i++) new native.Epoll(() => undefined).close()
    await new Promise(setImmediate)
    expect(countDescriptors('anon_inode:[eventpoll]')).toBe(before)
  })

  test('says EMFILE when descriptors ran out, and can be made later', async () => {
    const { stdout } = await runChild(
      `const pipes = []
      try { for (;;) pipes.push(native.pipe()) } catch (error) { console.log(error.code) }
      for (;;) try { pipes.push([native.eventfd()]) } catch { break }
      try { new native.Epoll(() => {}) } catch (error) { console.log(error.code, error.syscall) }
      for (const fd of pipes.flat()) require('fs').closeSync(fd)
      new native.Epoll(() => {}).close()
      console.log('made')`,
      ['sh', '-c', 'ulimit -n 60; exec "$@"', 'sh'],
    )
    expect(stdout).toBe('EMFILE\nEMFILE epoll_create1\nmade')
  })

  test('refuses arguments before the kernel sees them', () => {
    const make = native.Epoll as unknown as (callback: unknown) => EpollHandle
    expect(codeOf(() => make(() => undefined))).toBe('ERR_CONSTRUCT_CALL_REQUIRED')
    expect(codeOf(() => new native.Epoll(null as never))).toBe('ERR_INVALID_ARG_TYPE')
    const epoll = new native.Epoll(() => undefined)
    expect(() => epoll.ctl(EPOLL_CTL_ADD, NaN, EPOLLIN, 1)).toThrow('fd must be a whole number of 32 bits: it is nan')
    expect(codeOf(() => epoll.ctl(EPOLL_CTL_ADD, 1.5, EPOLLIN, 1))).toBe('ERR_OUT_OF_RANGE')
    expect(codeOf(() => epoll.ctl(EPOLL_CTL_ADD, -(2 ** 31) - 1, EPOLLIN, 1))).toBe('ERR_OUT_OF_RANGE')
    expect(codeOf(() => epoll.ctl(EPOLL_CTL_ADD, 1, EPOLLIN, 2 ** 32))).toBe('ERR_OUT_OF_RANGE')
    expect(codeOf(() => epoll.ctl(EPOLL_CTL_ADD, '1' as never, EPOLLIN, 1))).toBe('ERR_INVALID_ARG_TYPE')
    expect(codeOf(() => (epoll.ctl as (op: number) => void)(1))).toBe('ERR_MISSING_ARGS')
    epoll.close()
  })

  test('closes itself with an error when its array was transferred away', async () => {
    const { code, stdout } = await runChild(`
      const epoll = new native.Epoll(() => console.log('called'))
      process.on('uncaughtException', (error) => {
        console.log(error.code)
        try { epoll.setRef(true) } catch (closed) { console.log(closed.code) }
      })
      structuredClone(epoll.ready, { transfer: [epoll.ready.buffer] })
      epoll.ctl(1, native.pipe()[1], 4, 7)
    `)
    expect([code, stdout]).toEqual([0, 'ERR_CLOSED\nERR_CLOSED'])
  })
})
