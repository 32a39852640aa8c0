// node bench/runner/bare.mjs COUNT: jobs in bare children of Node, the smallest program that runs a text elsewhere. The
// child loads no file and gets no environment, as ours: certificates that Node is told of there cost as much as its start.
import { spawn } from 'node:child_process'
import { starts } from './starts.mjs'

const CHILD = `process.once('message', async ({ js, data }) => {
  const job = new Function('n', 'say', 'return (async () => {' + js + '})()')
  const result = await job(data.n, (word) => process.send({ word }))
  process.send({ result }, () => process.disconnect())
})`

const start = (n, whenRunning) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', CHILD], { env: {}, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    let result
    child.on('error', reject)
    child.on('message', (message) => {
      if ('word' in message) whenRunning(message.word)
      else result = message.result
    })
    child.on('exit', () => resolve(result))
    child.send({ js: `say('runs'); return n * 2`, data: { n } })
  })

await starts(Number(process.argv[2]), start)
