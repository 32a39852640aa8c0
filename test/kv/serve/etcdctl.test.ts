import { execFile, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { has } from '../../support/real-server.js'
import { Cleanups } from '../../support/supplied.js'
import { startServed } from './rig.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

/** Debian's client of etcd, at a store in memory. */
async function start() {
  const { port, server, engine } = await startServed(cleanups)
  const env = { PATH: process.env['PATH'], ETCDCTL_API: '3' }
  const flags = ['--endpoints', `127.0.0.1:${port}`]
  const ctl = async (...args: string[]): Promise<string> => {
    const running = promisify(execFile)('etcdctl', [...flags, ...args], { env })
    running.child.stdin?.end()
    return (await running).stdout.trim()
  }
  const json = async (...args: string[]): Promise<unknown> => JSON.parse(await ctl(...args, '-w', 'json'))
  const refused = (...args: string[]): Promise<string> =>
    ctl(...args).then(
      () => 'nothing was refused',
      (error: unknown) => (error as { stderr: string }).stderr.trim().split('\n').at(-1) ?? '',
    )
  const begin = (...args: string[]) => {
    const child = spawn('etcdctl', [...flags, ...args], { env, stdio: ['pipe', 'pipe', 'inherit'] })
    cleanups.add(() => child.kill('SIGKILL'))
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() }
  }
  return { ctl, json, refused, begin, server, engine }
}

if (has('etcdctl')) {
  test('etcdctl writes, reads, sorts and deletes', async () => {
    const { ctl, json } = await start()
    for (const [key, value] of [
      ['k/é', '3'],
      ['k/a', '1'],
      ['k/b', '2'],
    ] as const)
      await ctl('put', key, value)
    expect(await ctl('put', 'k/a', '4', '--prev-kv')).toBe('OK\nk/a\n1')
    expect(await ctl('get', '--prefix', 'k/', '--print-value-only')).toBe('4\n2\n3')
    expect(await ctl('get', '--prefix', 'k/', '--sort-by=MODIFY', '--order=DESCEND', '--keys-only')).toBe(
      'k/a\n\nk/b\n\nk/é',
    )
    expect(await ctl('get', 'k/a', '--rev=3', '--print-value-only')).toBe('1')
    expect(await json('get', '--from-key', 'k/b', '--limit=1')).toMatchObject({
      more: true,
      count: 2,
      kvs: [{ mod_revision: 4 }],
    })
    expect(await ctl('put', 'k/a', '--ignore-value')).toBe('OK')
    expect(await ctl('del', '--prefix', 'k/', '--prev-kv')).toBe('3\nk/a\n4\nk/b\n2\nk/é\n3')
  })

  test('etcdctl commits under conditions', async () => {
    const { begin, ctl } = await start()
    await ctl('put', 'a', '1')
    const { child, lines } = begin('txn')
    child.stdin.end('value("a") = "1"\nver("b") = "0"\n\nput b 2\nget a\n\nput c 3\n\n')
    const said = []
    for (let line = await lines.next(); line.done !== true; line = await lines.next()) said.push(line.value)
    expect(said.filter((line) => line !== '')).toEqual(['SUCCESS', 'OK', 'a', '1'])
    expect(await ctl('get', 'b', '--print-value-only')).toBe('2')
  })

  test('etcdctl watches, with what was there before, and from a revision on', async () => {
    const { begin, ctl } = await start()
    await ctl('put', 'a', '1')
    await ctl('put', 'a', '2')
    const { lines } = begin('watch', 'a', '--rev=3', '--prev-kv')
    const next = async (count: number): Promise<string[]> => {
      const heard = []
      for (let i = 0; i < count; i++) heard.push((await lines.next()).value as string)
      return heard
    }
    expect(await next(5)).toEqual(['PUT', 'a', '1', 'a', '2'])
    await ctl('del', 'a')
    expect((await next(5)).slice(0, 4)).toEqual(['DELETE', 'a', '2', 'a'])
  })

  test('etcdctl holds leases and locks', async () => {
    const { ctl, begin, engine } = await start()
    const [, id = ''] = /lease (\w+) granted with TTL\(60s\)/.exec(await ctl('lease', 'grant', '60')) ?? []
    await ctl('put', 'a', '1', `--lease=${id}`)
    expect(await ctl('lease', 'timetolive', id, '--keys')).toMatch(
      /granted with TTL\(60s\), remaining\(60s\), attached keys\(\[a\]\)/,
    )
    expect(await ctl('lease', 'list')).toContain(id)
    const { lines } = begin('lease', 'keep-alive', id)
    expect((await lines.next()).value).toBe(`lease ${id} keepalived with TTL(60)`)
    await ctl('lease', 'revoke', id)
    expect(await ctl('get', 'a')).toBe('')
    expect(await ctl('lock', 'here', 'echo', 'held')).toBe('held')
    expect((await engine.range([{ key: 'here/', end: 'here0' }])).results[0]?.count).toBe(0)
  })

  test('etcdctl sees one member, in good health', async () => {
    const { ctl, json, server } = await start()
    expect(await ctl('member', 'list')).toMatch(/^[0-9a-f]+, started, deadbeat, , http:\/\/127.0.0.1:\d+, false$/)
    expect(await json('endpoint', 'status')).toMatchObject([{ Status: { version: '3.5.13', raftTerm: 1 } }])
    expect(await json('endpoint', 'health')).toMatchObject([{ endpoint: server.address, health: true }])
  })

  test('etcdctl is refused in the words of etcd', async () => {
    const { ctl, refused } = await start()
    for (let i = 0; i < 3; i++) await ctl('put', 'a', '1')
    expect(await ctl('compaction', '3')).toBe('compacted revision 3')
    expect(await refused('compaction', '2')).toBe('Error: etcdserver: mvcc: required revision has been compacted')
    expect(await refused('get', 'a', '--rev=9')).toBe('Error: etcdserver: mvcc: required revision is a future revision')
    expect(await refused('put', 'a', '1', '--lease=7')).toBe('Error: etcdserver: requested lease not found')
    expect(await refused('watch', 'a', '--rev=2')).toBe('Error: watch is canceled by the server')
    expect(await refused('user', 'list')).toMatch(/does not implement the method/)
  })
}
