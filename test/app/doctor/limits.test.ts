import { expect, test } from '@jest/globals'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { examineLimits } from '../../../lib/app/doctor/limits.js'
import { temporary } from '../../support/temporary.js'

function proc(files: Readonly<Record<string, string>>, links: readonly string[] = []) {
  const root = temporary()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  for (const link of links) {
    mkdirSync(dirname(join(root, link)), { recursive: true })
    symlinkSync('anon_inode:inotify', join(root, link))
  }
  return root
}

const ROOT = {
  'sys/fs/inotify/max_user_watches': '10\n',
  'sys/fs/inotify/max_user_instances': '128\n',
  'self/limits':
    'Limit  Soft Limit  Hard Limit  Units\nMax open files            256                  4096                 files\n',
}

test('what is used of the limits is counted over processes, and what is near to them is told with what to do', () => {
  const watches = 'pos: 0\ninotify wd:1 ino:1\ninotify wd:2 ino:2\ninotify wd:3\ninotify wd:4\n'
  const root = proc({ ...ROOT, '7/fdinfo/3': watches, '8/fdinfo/5': watches, '8/fd/1': '' }, ['7/fd/3', '8/fd/5'])
  const [all, instances, files] = examineLimits(root)
  expect(all).toMatchObject({
    state: 'warn',
    found: '8 of 10 are used by this user',
    advice: expect.stringContaining('max_user_watches=40'),
  })
  expect(instances).toMatchObject({ state: 'ok', found: '2 of 128 are used by this user' })
  expect(files).toMatchObject({ state: 'warn', found: 'at most 256', advice: expect.stringContaining('LimitNOFILE=') })
})

test('processes of others are not counted', () => {
  const root = proc({ ...ROOT, '7/fdinfo/3': 'inotify wd:1\n' }, ['7/fd/3'])
  expect(examineLimits(root, 4242)[0]?.found).toBe('0 of 10 are used by this user')
})

test('without inotify or limits it says so', () => {
  expect(examineLimits(temporary()).map(({ state }) => state)).toEqual(['warn', 'warn', 'warn'])
})
