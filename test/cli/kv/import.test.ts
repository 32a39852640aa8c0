import { expect, test } from '@jest/globals'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporary } from '../../support/temporary.js'
import { startKv } from './run-kv.js'

const KEYS = { '/a': 'one', '/a/b': '{"n":1}', '/a/c': 'three' }

async function exported(...argv: string[]): Promise<string> {
  const { run, fill } = startKv()
  await fill(KEYS)
  return (await run('export', ...argv)).stdout
}

test('what was exported is there again, in one transaction; a second time nothing changes', async () => {
  for (const argv of [[], ['--yaml']]) {
    const { run, runIn, engine } = startKv()
    const stdin = await exported('/a', ...argv)
    expect((await runIn({ stdin }, 'import', '-', '--dry-run')).stdout).toBe(
      'Would be creating /a\nWould be creating /a/b\nWould be creating /a/c\nNothing was done\n',
    )
    expect((await runIn({ stdin }, 'import', '-')).stdout).toBe(
      'Creating /a\nCreating /a/b\nCreating /a/c\nImport finished successfully\n',
    )
    expect((await engine.range([])).revision).toBe(2)
    expect((await run('list', '--all', '-v')).stdout).toBe('/a = one\n/a/b = {"n":1}\n/a/c = three\n')
    expect(await runIn({ stdin }, 'import', '-')).toMatchObject({ status: 0, stdout: 'No changes\n' })
  }
})

test('--sync deletes what is not in the file and lies below its path, and nothing else', async () => {
  const { run, fill } = startKv()
  const file = join(temporary(), 'a.yaml')
  writeFileSync(file, await exported('/a', '--yaml'))
  await fill({ '/a/x/y': '1', '/a': 'old', '/ab': '2', '/a/b': '{"n":1}' })
  await run('put', '/a/alive', 'x', '--lease-ttl', '60s')
  const { stdout, stderr } = await run('import', file, '--sync')
  expect(stdout).toBe('Updating /a\nCreating /a/c\nDeleting /a/x/y\nImport finished successfully\n')
  expect(stderr).toBe('kv import: 1 keys go with a lease and are left as they are: see --leased\n')
  expect((await run('list', '--all')).stdout).toBe('/a\n/a/alive\n/a/b\n/a/c\n/ab\n')
  expect((await run('import', file, '--sync', '--leased', '--json')).stdout).toBe(
    '{"created":0,"updated":0,"deleted":1,"leased":0,"revision":8}\n',
  )
})

test('what one transaction does not take goes in several, told before; what others write meanwhile begins it anew', async () => {
  const { run, runIn, fill, engine } = startKv({ opsMax: 10 })
  const keys = Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`/k/${n}`, { text: 'x' }]))
  const stdin = JSON.stringify({ format: 'deadbeat-kv', version: 1, path: '/k', revision: 1, keys })
  const commit = engine.commit.bind(engine)
  let commits = 0
  engine.commit = async (...args) => {
    if (++commits === 2) await fill({ '/k/9': 'somebody else' })
    return await commit(...args)
  }
  const { status, stderr, stdout } = await runIn({ stdin, terminal: { err: true } }, 'import', '-')
  expect([status, stdout.split('\n').length, stdout.includes('Updating /k/9')]).toEqual([0, 27, true])
  expect(stderr).toContain('25 changes are more than one transaction takes: they go in 3\n')
  expect(stderr).toContain('\r1 of 3 transactions\r2 of 3 transactions\n')
  expect((await run('get', '/k/9')).stdout).toBe('x\n')
})

test('others who write again and again are a conflict', async () => {
  const { runIn, fill, engine } = startKv()
  const commit = engine.commit.bind(engine)
  let n = 0
  engine.commit = async (compares, ...ops) => {
    if (compares.length > 0) await fill({ '/a': `${n++}` })
    return await commit(compares, ...ops)
  }
  const { status, stderr } = await runIn({ stdin: await exported('/a') }, 'import', '-')
  expect([status, stderr]).toEqual([73, expect.stringContaining('try later')])
})

test('under a prefix it is a copy', async () => {
  const { run, runIn } = startKv()
  await runIn({ stdin: await exported() }, 'import', '-', '--prefix', '/copy', '-q')
  expect((await run('list', '/copy', '--all')).stdout).toBe('/copy/a\n/copy/a/b\n/copy/a/c\n')
})

test('a file that is none is 65, and one that is not there 66; nothing is written', async () => {
  const { run, runIn } = startKv()
  for (const stdin of ['', '{', 'a: [', '[]', Buffer.from([255])]) {
    expect(await runIn({ stdin }, 'import', '-')).toMatchObject({ status: 65, stdout: '' })
  }
  expect((await run('import', '/none')).status).toBe(66)
  expect((await run('list', '--all')).stdout).toBe('')
})
