import { MemoryBackend } from '../../../lib/kv/index.js'
import { ErrorRecords, Keys, readJobEntry } from '../../../lib/runner/index.js'
import { ErrorReports, jobPath } from '../../../lib/runner/node/error-reports.js'
import { Fence } from '../../../lib/runner/node/fence.js'
import { anyJob, atJob } from './kit.js'

const id = anyJob('a')
const entry = readJobEntry({ code: 'x', data: { limit: 20 } })
const error = { name: 'TypeError', message: 'too hot', stack: 'TypeError: too hot\n    at x:3' }

function start() {
  const kv = new MemoryBackend()
  const records = new ErrorRecords(kv, new Keys(), 'n')
  const list = async () =>
    (await records.list()).map(({ path, message, resolved, count }) => [path, message, resolved !== false, count])
  return { kv, records, reports: new ErrorReports(records), list }
}

it('names jobs by kind, group, node and path', () => {
  expect([jobPath(id), jobPath(atJob('n', 'a'))]).toEqual([
    ['any', 'default', 'a'],
    ['at', 'default', 'n', 'a'],
  ])
})

it('records failures and losses, resolves them by a success, and leaves alone what was cancelled or is recorded', async () => {
  const { kv, reports, records, list } = start()
  await reports.told(id, { outcome: 'cancelled' }, entry)
  await reports.told(id, { outcome: 'failed', error: { ...error, isRecorded: true } }, entry)
  expect(await list()).toEqual([])
  await reports.told(id, { outcome: 'failed', error }, entry)
  await reports.told(id, { outcome: 'lost', error: { name: 'Lost', message: 'gone' } }, entry)
  expect(await list()).toEqual([['any.default.a', 'gone', false, 2]])
  await reports.told(id, { outcome: 'success', result: 1 }, entry)
  expect(await list()).toEqual([['any.default.a', 'gone', true, 2]])
  await reports.told(id, { outcome: 'failed', error }, entry)
  expect(JSON.stringify(await records.get('run', jobPath(id)))).toContain('too hot')
  await kv.close()
})

it('resolves under the fence while the job runs', async () => {
  const { kv, reports, list } = start()
  await reports.told(id, { outcome: 'failed', error }, entry)
  const lease = await kv.lease()
  await kv.put('/claim', '{"run": "r"}', { lease })
  await reports.resolve(id, new Fence(kv, { path: '/claim', run: 'r', token: 1, lease }, () => true))
  expect(await list()).toEqual([['any.default.a', 'too hot', true, 1]])
  await kv.close()
})

it('records apart from jobs what is spoilt of what nodes have written', async () => {
  const { kv, reports, records } = start()
  await reports.spoilt(['member', 'any', 'default', 'n'], new Error('capacity is odd'))
  expect(await records.list()).toMatchObject([
    { subsystem: 'stored', path: 'member.any.default.n', message: 'capacity is odd', severity: 1 },
  ])
  await kv.close()
})
