import { job } from '../../../support/job-host.js'

test('a job can signal nobody, and what it opened is closed before its end is told', async () => {
  const { ended, lines } = job(`
    _self.openContext({ close: () => { _log.info('closed') } })
    _self.openContext({ close: () => { throw new Error('stuck') } })
    const { readFileSync } = await import('node:fs')
    const tries = [() => process.kill(process.ppid, 0), () => readFileSync('/etc/passwd')]
    return tries.map((attempt) => { try { attempt(); return 'did' } catch ({ name, code }) { return code ?? name } })`)
  expect(await ended).toMatchObject({ outcome: 'success', result: ['TypeError', 'ERR_ACCESS_DENIED'] })
  expect(lines).toEqual(["warn what the job had opened can't be closed: stuck", 'info closed'])
})

test('all that was written before the end is read, however much', async () => {
  const { ended, lines } = job('for (let i = 0; i < 100000; i++) console.log(i); return 1', {
    limits: { logBytes: 10_000_000 },
  })
  expect(await ended).toMatchObject({ outcome: 'success' })
  expect([lines.length, lines.at(-1)]).toEqual([100_000, 'info 99999'])
})

test('more than can be told is an error of the code, and no lie of its process', async () => {
  const { ended } = job(`
    _log.info('x'.repeat(5e6))
    const tell = (attempt) => attempt.catch(({ name }) => name)
    return [
      await tell(_self.set(['a'], 'x'.repeat(5e6))),
      await tell(_self.get(Array(17).fill('a'))),
      await tell(_self.error({ severity: 9 })),
      await tell((async () => _self.cancel(5))()),
    ]`)
  expect(await ended).toMatchObject({ result: ['RangeError', 'TypeError', 'TypeError', 'TypeError'] })
  const { ended: tooLong } = job(`return 'x'.repeat(5e6)`)
  expect(await tooLong).toMatchObject({
    error: {
      name: 'RangeError',
      message: expect.stringContaining('what the code returns must have at most') as string,
    },
  })
})
