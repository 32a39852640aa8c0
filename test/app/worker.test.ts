import { Worker } from 'node:worker_threads'
import { expect, test } from '@jest/globals'

const script = new URL('../../dist/lib/app/worker.js', import.meta.url)

test('the thread loads a module in TypeScript that imports deadbeat, works, and ends', async () => {
  const module = new URL('../fixtures/stretch.ts', import.meta.url).href
  const worker = new Worker(script, { workerData: { module, export: 'default', settings: null } })
  const said: unknown[] = []
  worker.on('message', (message: unknown) => {
    said.push(message)
    if (said.length === 1) worker.postMessage({ work: [{ number: 0, data: 'a' }], memory: null })
    else worker.postMessage({ end: true })
  })
  await new Promise((resolve) => worker.on('exit', resolve))
  expect(said).toEqual([
    { ready: true },
    { outcomes: [{ number: 0, data: 'typed a', ks: Uint32Array.from([0]), failures: [] }] },
  ])
})

test('a module that is not there ends the thread with an error that names it', async () => {
  const worker = new Worker(script, {
    workerData: { module: 'file:///nowhere/work.js', export: 'default', settings: null },
  })
  const error = await new Promise<Error>((resolve) => worker.on('error', resolve))
  expect(error.message).toContain('/nowhere/work.js')
})
