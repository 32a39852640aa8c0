import { readJobEntry } from '../../../lib/runner/index.js'
import type { Attempt } from '../../../lib/runner/node/attempt.js'
import { Running } from '../../../lib/runner/node/running.js'

/** An attempt as far as it is asked here. */
function played(codeHash: string | null) {
  const said: string[] = []
  let end: () => void = () => undefined
  const attempt = {
    ...{ codeHash, entry: readJobEntry({ code: 'x' }) },
    live: () => new Promise<void>((resolve) => (end = resolve)),
    stop: (reason: string) => said.push(`stop ${reason}`),
    kill: (reason: string) => said.push(`kill ${reason}`),
    tell: ({ type }: { type: string }) => said.push(type),
    confirm: (forMs: number) => said.push(`confirm ${forMs}`),
  }
  return { attempt: attempt as unknown as Attempt, said, end: () => end() }
}

it('tells, confirms and ends all that runs', async () => {
  const running = new Running()
  const [a, b] = [played(null), played(null)]
  let isOver = false
  running.add('a', a.attempt, () => Promise.resolve())
  running.add('b', b.attempt, () => {
    isOver = true
    return Promise.resolve()
  })
  running.tell({ type: 'CompleteState' })
  running.confirm(5)
  running.stop('drained')
  running.kill('node unsure')
  const all = ['CompleteState', 'confirm 5', 'stop drained', 'kill node unsure']
  expect([a.said, b.said]).toEqual([all, all])
  expect([running.get('a'), [...running].length]).toEqual([a.attempt, 2])
  const ended = running.ended()
  a.end()
  b.end()
  await ended
  expect([isOver, running.get('a'), [...running]]).toEqual([true, undefined, []])
})

it('begins anew what would run another closure, and nothing whose code can not run any more', async () => {
  const running = new Running()
  const [old, app] = [played('1'), played(null)]
  running.add('old', old.attempt, () => Promise.resolve())
  running.add('app', app.attempt, () => Promise.resolve())
  await running.codeChanged({ hashOf: () => Promise.resolve('1') })
  await running.codeChanged({ hashOf: () => Promise.resolve(null) })
  expect(old.said).toEqual([])
  await running.codeChanged({ hashOf: () => Promise.resolve('2') })
  expect([old.said, app.said]).toEqual([['stop changed'], []])
})
