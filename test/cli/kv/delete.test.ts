import { expect, test } from '@jest/globals'
import { startKv } from './run-kv.js'

const KEYS = { '/a': '', '/a/b': '', '/a/b/c': '', '/ab': '', '/ab/c': '', '/a-b': '' }
const DEEP = `/a${'/x'.repeat(40)}`

test('without --recursive it is exactly the key', async () => {
  const { run, fill } = startKv()
  await fill(KEYS)
  expect(await run('delete', '/a')).toMatchObject({ status: 0, stdout: 'deleted /a\n' })
  expect((await run('list', '--all')).stdout).toBe('/a-b\n/a/b\n/a/b/c\n/ab\n/ab/c\n')
  expect(await run('delete', '/a')).toMatchObject({ status: 66, stderr: expect.stringContaining('Cannot delete /a') })
  expect((await run('delete', '/a', '--if-exists')).status).toBe(0)
})

test('with --recursive it is the key and what lies below, however deep, and never what lies beside', async () => {
  const { run, fill } = startKv()
  await fill({ ...KEYS, [DEEP]: '' })
  const { status, stdout } = await run('delete', '/a', '--recursive', '--yes')
  expect([status, stdout]).toEqual([0, `deleted /a\ndeleted /a/b\ndeleted /a/b/c\ndeleted ${DEEP}\n`])
  expect((await run('list', '--all')).stdout).toBe('/a-b\n/ab\n/ab/c\n')
})

test('it goes in one transaction, whatever the number of keys', async () => {
  const { run, engine } = startKv()
  for (let n = 0; n < 300; n++) {
    await engine.commit([], [{ op: 'put', key: `2/a/${n}`, value: Buffer.alloc(0), lease: 0n }])
  }
  const { revision } = await engine.range([])
  const { stdout } = await run('delete', '/', '-r', '-y', '--json')
  const report = JSON.parse(stdout) as { deleted: string[]; revision: number }
  expect([report.deleted.length, report.revision]).toEqual([300, revision + 1])
})

test('more than one key needs a yes: typed at a terminal, or --yes', async () => {
  const { run, runIn, fill } = startKv()
  await fill(KEYS)
  expect(await run('delete', '/a', '-r')).toMatchObject({
    status: 64,
    stderr: expect.stringMatching(/^3 keys are at or below \/a:\n {2}\/a\n.*it needs --yes\n$/s),
  })
  const terminal = { in: true, err: true }
  expect((await runIn({ terminal, stdin: 'y' }, 'delete', '/a', '-r')).status).toBe(1)
  expect((await runIn({ terminal }, 'delete', '/a', '-r')).status).toBe(1)
  expect((await run('list', '--all')).stdout).toContain('/a/b/c\n')
  expect((await runIn({ terminal, stdin: 'yes' }, 'delete', '/a', '-r')).status).toBe(0)
  expect((await run('list', '--all')).stdout).toBe('/a-b\n/ab\n/ab/c\n')
})

test('what was asked about is what is deleted: if anything was written meanwhile, nothing is', async () => {
  const { runIn, run, fill } = startKv()
  await fill({ '/a/b': '', '/a/c': '' })
  const around = {
    terminal: { in: true, err: true },
    get stdin() {
      void fill({ '/a/new': 'x' })
      return 'yes'
    },
  }
  expect(await runIn(around, 'delete', '/a', '-r')).toMatchObject({
    status: 73,
    stderr: expect.stringContaining('nothing was deleted'),
  })
  expect((await run('list', '/a')).stdout).toBe('/a/b\n/a/c\n/a/new\n')
})

test('--dry-run prints what would be deleted, and asks nothing', async () => {
  const { run, fill } = startKv()
  await fill(KEYS)
  expect(await run('delete', '/ab', '-r', '-n')).toMatchObject({
    status: 0,
    stdout: 'would delete /ab\nwould delete /ab/c\n',
  })
  expect((await run('get', '/ab')).status).toBe(0)
  expect((await run('delete', '/none', '-r', '-n')).status).toBe(66)
})
