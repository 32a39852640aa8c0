import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { loadedFrom } from 'inotify-ts/native'
import type { JobEnd } from '../../../lib/runner/host/job-run.js'
import { FROM_SOURCE, runScript } from '../../support/child.js'
import { isRoot } from '../../support/daemons.js'
import { job } from '../../support/job-host.js'

/** Code that means harm, each with what is left of it. The test's process is the node: it lives. */
async function endsOf(shows: readonly ReturnType<typeof job>[]): Promise<JobEnd[]> {
  return await Promise.all(shows.map(({ ended }) => ended))
}

const codes = (ends: readonly JobEnd[]) => ends.map((end) => (end.outcome === 'failed' ? end.error.code : end))

test('code that loops or never answers is ended, and what it wrote before is there', async () => {
  const limits = { heartbeatMs: 300 }
  const shows = [
    job(`console.log('before'); for (;;);`, { limits }),
    job(`for (;;) await null`, { limits }),
    job(`process.once('exit', () => { for (;;); }); return 1`, { limits: { ...limits, graceMs: 100 } }),
    job(`for (;;);`, { limits: { heartbeatMs: 60_000, cpuSeconds: 1 } }),
    job(`await new Promise(() => {})`, { deadlineMs: 500, limits: { graceMs: 0 } }),
  ]
  const ends = await endsOf(shows)
  expect(codes(ends)).toEqual([
    'ERR_JOB_SILENT',
    'ERR_JOB_SILENT',
    expect.objectContaining({ result: 1 }),
    'ERR_JOB_DIED',
    'ERR_JOB_DEADLINE',
  ])
  expect(ends[3]?.exit.why).toBe('it used more than 1 s of processor time (limits.cpuSeconds)')
  expect(shows[0]?.lines).toEqual(['info before'])
})

test('code that takes memory without end is aborted in its own process', async () => {
  const limits = { memoryBytes: 96 * 2 ** 20 }
  const shapes = [
    'const all = []; for (;;) all.push(new Array(2 ** 26).fill(1.1))',
    `const text = '[' + '1.5,'.repeat(1e7) + '1]'; const all = []; for (;;) all.push(JSON.parse(text))`,
    `let text = 'x'; for (;;) { text = text + text + 'y'; text.charCodeAt(1) }`,
    `const all = []; for (;;) all.push('a'.repeat(2e7).match(/a/g))`,
    'const all = []; for (;;) all.push(Buffer.alloc(2 ** 22, 1))',
    'const all = []; for (;;) all.push(new WebAssembly.Memory({ initial: 500 }))',
  ]
  const ends: JobEnd[] = []
  for (const shape of shapes) ends.push(...(await endsOf([job(shape, { limits })])))
  // Some are told that there is no more, by an error that is theirs; the others' process is at its end.
  for (const end of ends) expect(end.outcome).toBe('failed')
  expect(ends[0]).toMatchObject({ error: { code: 'ERR_JOB_DIED' }, exit: { signal: 'SIGABRT' } })
  expect(ends[0]?.exit.why).toContain('limits.memoryBytes')
})

test('code reaches no file, process, thread or addon, no socket that lies in a file, and signals nobody', async () => {
  const { ended } = job(`
    const { createServer, connect } = await import('node:net')
    const { runInThisContext, constants } = await import('node:vm')
    const soon = (one) => new Promise((resolve, reject) => one.once('error', reject).once('connect', resolve).once('listening', resolve))
    const beside = { importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }
    const tries = {
      read: async () => (await import('node:fs')).readFileSync('/etc/passwd'),
      write: async () => (await import('node:fs')).writeFileSync('/tmp/x', ''),
      fork: async () => (await import('node:child_process')).fork('/tmp/x'),
      spawn: async () => (await import('node:child_process')).execSync('id'),
      worker: async () => new (await import('node:worker_threads')).Worker('1', { eval: true }),
      addon: async () => process.dlopen({ exports: {} }, '/lib/x.node'),
      addonRequired: async () => (await import('node:module')).createRequire('/')(${JSON.stringify(loadedFrom ?? '/x.node')}),
      binding: async () => process.binding('spawn_sync'),
      sqlite: async () => new (process.getBuiltinModule('node:sqlite').DatabaseSync)('/tmp/x').exec('create table a (b)'),
      kill: async () => process.kill(process.ppid, 'SIGKILL'),
      inspect: async () => (await import('node:inspector')).open(0),
      renice: async () => (await import('node:os')).setPriority(process.ppid, 19),
      reniceBeside: async () => (await runInThisContext("import('node:os')", beside)).setPriority(process.ppid, 19),
      listen: async () => soon(createServer().listen('/tmp/x.sock')),
      connect: async () => soon(connect('/run/docker.sock')),
      abstract: async () => soon(connect('\\0x')),
    }
    const got = {}
    for (const [name, attempt] of Object.entries(tries)) {
      try { await attempt(); got[name] = 'did' } catch (error) { got[name] = error.code ?? error.name }
    }
    return { ...got, env: Object.keys(process.env).length }`)
  const denied = 'ERR_ACCESS_DENIED'
  expect(await ended).toMatchObject({
    outcome: 'success',
    result: {
      ...{ read: denied, write: denied, fork: denied, spawn: denied, worker: denied },
      ...{
        addon: 'TypeError',
        addonRequired: expect.stringMatching(/TypeError|ERR_ACCESS_DENIED|MODULE_NOT_FOUND/) as string,
      },
      ...{ binding: denied },
      ...{ kill: 'TypeError', inspect: denied, env: 0, renice: 'TypeError', reniceBeside: 'TypeError' },
      ...{ sqlite: 'TypeError', listen: denied, connect: denied, abstract: denied },
    },
  })
})

test('code that would have V8 write files is at its end', async () => {
  const { ended } = job(`const v8 = await import('node:v8'); v8.setFlagsFromString('--redirect-code-traces-to=/tmp/x')`)
  expect(await ended).toMatchObject({ outcome: 'failed', error: { code: 'ERR_JOB_DIED' } })
})

test('confined code has no network and sees no other process', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const connect = `
    const { connect } = await import('node:net')
    const { networkInterfaces } = await import('node:os')
    const socket = connect(${port}, '127.0.0.1')
    const met = await new Promise((resolve) => socket.once('connect', () => resolve('connected')).once('error', (e) => resolve(e.code)))
    socket.destroy()
    return [met, Object.keys(networkInterfaces()).filter((name) => name !== 'lo').length, process.ppid]`
  const shows = [
    job(connect),
    job(connect, { tier: 'confined' }),
    job('for (;;);', { tier: 'confined', limits: { heartbeatMs: 300 } }),
  ]
  const [plain, confined, looping] = await endsOf(shows)
  server.close()
  expect(plain).toMatchObject({ result: ['connected', expect.any(Number), process.pid] })
  expect(confined).toMatchObject({ result: [expect.stringMatching(/ECONNREFUSED|ENETUNREACH/), 0, expect.any(Number)] })
  expect(confined).not.toMatchObject({ result: [expect.anything(), 0, process.pid] })
  expect(looping).toMatchObject({ error: { code: 'ERR_JOB_SILENT' } })
})

test('code that floods its log or its runner is held back, and what is no message ends it', async () => {
  const raw = (text: string): string =>
    `(await import('node:fs')).writeSync(3, ${text}); await new Promise(() => setInterval(() => {}, 1000))`
  const shows = [
    job(`for (let i = 0; i < 1000; i++) console.log('x'.repeat(10_000)); return 1`, { limits: { logBytes: 100_000 } }),
    job(`for (let i = 0; i < 1200; i++) _log.info('y'); return 2`, { limits: { logBytes: 1000 } }),
    job(raw(`'garbage\\n'`)),
    job(raw(`'{"__proto__":{"type":"beat"}}\\n'`)),
    job(raw(`'{"type":"ask","id":0,"method":"constructor","params":{}}\\n'`)),
    job(
      raw(`Buffer.alloc(2 ** 23, 'x')`)
        .replace('writeSync(3', 'writevSync(3')
        .replace(`Buffer.alloc(2 ** 23, 'x')`, `[Buffer.alloc(2 ** 23, 'x')]`),
    ),
  ]
  const ends = await endsOf(shows)
  expect(ends.slice(0, 2)).toMatchObject([{ result: 1 }, { result: 2 }])
  const cut = shows.map(({ lines }) => lines.slice(-2))
  expect(cut[0]?.[0]).toContain('(limits.logBytes)')
  expect(cut[0]?.[1]).toMatch(/^warn \d{7} bytes of the log were cut$/)
  expect(cut[1]?.[1]).toBe('warn 1184 bytes of the log were cut')
  expect(codes(ends.slice(2))).toEqual(Array(4).fill('ERR_JOB_MESSAGE'))
})

test('where there is no bwrap, unshare confines for root, and nobody else runs what is to be confined', async () => {
  const { lines, errors } = await runScript(
    `import { mkdtempSync, symlinkSync } from 'node:fs'
     import { tmpdir } from 'node:os'
     const tools = mkdtempSync(tmpdir() + '/tools-')
     for (const name of ['prlimit', 'setpriv', 'unshare']) symlinkSync('/usr/bin/' + name, tools + '/' + name)
     process.env.PATH = tools
     const { startJob } = await import(source + 'lib/runner/host/start-job.ts')
     const { SystemClock, silentLogger } = await import(source + 'lib/movement/index.ts')
     const js = \`const { networkInterfaces } = await import('node:os')
       return [process.pid, Object.keys(networkInterfaces()).length]\`
     const code = { path: 'a', js, mode: 'async', vars: [], default: {}, requires: [], modules: {}, hash: '' }
     const options = { identity: {}, services: { log() {} }, log: silentLogger, clock: new SystemClock(), data: {}, code }
     const looping = { ...options, code: { ...code, js: 'for (;;);' }, limits: { heartbeatMs: 300 } }
     const runs = [options, looping].map((its) => startJob({ ...its, tier: 'confined' }))
     for (const { ended } of runs) {
       const { result, error } = await ended
       console.log(JSON.stringify(result ?? error.code))
     }`,
    FROM_SOURCE,
  )
  expect(errors).toBe('')
  // The first process of its own tree, and no network.
  expect(lines).toEqual(isRoot ? ['[1,0]', '"ERR_JOB_SILENT"'] : ['"ERR_JOB_START"', '"ERR_JOB_START"'])
})
