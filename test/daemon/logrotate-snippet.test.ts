import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { logrotateSnippet } from '../../lib/daemon/logrotate-snippet.js'
import { PidFile } from '../../lib/daemon/pid-file.js'
import { temporary } from '../support/temporary.js'
import { withNative } from '../support/with-native.js'

const OPTIONS = { files: ['/var/log/a.log', '/var/log/b c'], pidFile: '/run/a.pid', user: null, group: null }

/** What the shell makes of the line after `postrotate`, with a `kill` that only tells. */
function rotate(pidFile: string) {
  const [, line = ''] = /postrotate\n(.*)\n/.exec(logrotateSnippet({ ...OPTIONS, pidFile })) ?? []
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', `kill() { echo "$@"; }\n${line}`], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

test('it names the files, and whose they are', () => {
  expect(logrotateSnippet(OPTIONS)).toMatch(/^"\/var\/log\/a.log" "\/var\/log\/b c" \{\n/)
  expect(logrotateSnippet(OPTIONS)).toContain('    create\n')
  expect(logrotateSnippet({ ...OPTIONS, user: 'log' })).toContain('    create 0640 log log\n')
  expect(logrotateSnippet({ ...OPTIONS, user: 'log', group: 'adm' })).toContain('    create 0640 log adm\n')
})

withNative('who holds the pid file is told to open its files anew', () => {
  const path = join(temporary(), "it's.pid")
  const pidFile = PidFile.take(path)
  expect(rotate(path)).toEqual({ status: 0, stdout: `-USR1 ${process.pid}\n`, stderr: '' })
  pidFile.release()
})

test('nobody is, where there is no file, or its process was killed', () => {
  const path = join(temporary(), 'a.pid')
  expect(rotate(path)).toEqual({ status: 0, stdout: '', stderr: '' })
  writeFileSync(path, `${process.pid}\n`)
  expect(rotate(path)).toEqual({ status: 0, stdout: '', stderr: '' })
})
