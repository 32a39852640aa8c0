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
