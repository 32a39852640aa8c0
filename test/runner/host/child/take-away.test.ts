import { FROM_SOURCE, runScript } from '../../../support/child.js'

test('signals, priorities, native code and sockets that lie in files are gone, and the network is there', async () => {
  const { lines, errors } = await runScript(
    `import net from 'node:net'
     import os from 'node:os'
     import { once } from 'node:events'
     const { takeAway } = await import(source + 'lib/runner/host/child/take-away.ts')
     const path = '\\0deadbeat-' + process.pid
     const server = net.createServer().listen(path)
     const socket = net.connect(path)
     await once(socket, 'connect')
     takeAway(socket)
     console.log(process.kill, process._kill, process._debugProcess, process.dlopen, os.setPriority)
     for (const attempt of [() => net.createServer().listen('/tmp/x'), () => net.connect(path)]) {
       try { attempt() } catch (error) { console.log(error.code) }
     }
     const other = net.createServer().listen(0)
     await once(other, 'listening')
     await once(net.connect(other.address().port), 'connect')
     console.log('connected')
     process.exit()`,
    FROM_SOURCE,
  )
  expect(errors).toBe('')
  expect(lines).toEqual([Array(5).fill('undefined').join(' '), 'ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED', 'connected'])
})
