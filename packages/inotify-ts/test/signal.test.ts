import { codeOf, describeNative, runChild } from './support.js'

describeNative('signals', (native) => {
  test('that are real-time arrive as often as they were sent', async () => {
    const signum = 36
    const got: number[] = []
    await new Promise<void>((resolve) => {
      const handle = new native.UvSignal(signum, (arrived) => {
        if (got.push(arrived) < 3) return
        handle.close()
        handle.close()
        resolve()
      })
      handle.setRef(true)
      for (let i = 0; i < 3; i++) process.kill(process.pid, signum)
    })
    expect(got).toEqual([signum, signum, signum])
  })

  test('reach each of several listeners', async () => {
    const signum = 37
    const heard = [1, 2].map(
      () =>
        new Promise<number>((resolve) => {
          const handle = new native.UvSignal(signum, (arrived) => {
            handle.close()
            resolve(arrived)
          })
          handle.setRef(true)
        }),
    )
    process.kill(process.pid, signum)
    expect(await Promise.all(heard)).toEqual([signum, signum])
  })

  test('do not keep the process alive unless it is asked for', async () => {
    const { code, stdout } = await runChild(`
      new native.UvSignal(38, () => {})
      process.on('exit', () => console.log('ended'))
    `)
    expect([code, stdout]).toEqual([0, 'ended'])
  })

  test('end the process by their default action once nobody listens', async () => {
    const { stdout } = await runChild(`
      console.log('begun')
      new native.UvSignal(39, () => {}).close()
      process.kill(process.pid, 39)
      console.log('survived')
    `)
    expect(stdout).toBe('begun')
  })

  test('that cannot be caught are refused', () => {
    for (const signum of [0, 9, 19, 999]) {
      expect(codeOf(() => new native.UvSignal(signum, () => undefined))).toBe('EINVAL')
    }
    expect(codeOf(() => new native.UvSignal(40, null as never))).toBe('ERR_INVALID_ARG_TYPE')
  })
})
