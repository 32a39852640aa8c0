import { expect, test } from '@jest/globals'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { examineMounts } from '../../../lib/app/doctor/mounts.js'
import { temporary } from '../../support/temporary.js'

function mounts(...lines: string[]) {
  const path = join(temporary(), 'mountinfo')
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
  return examineMounts(path)
}

test('mounts that others write to are named with their types', () => {
  const { state, found } = mounts(
    '1 0 8:1 / / rw - ext4 /dev/sda1 rw',
    '2 1 0:5 / /mnt/logs rw shared:1 - nfs4 host:/logs rw',
    '3 1 0:6 / /mnt/s rw - fuse.sshfs host:/ rw',
  )
  expect([state, found]).toEqual(['warn', '/mnt/logs (nfs4), /mnt/s (fuse.sshfs)'])
})

test('all others are fine, and what can not be known is told', () => {
  expect(mounts('1 0 8:1 / / rw - xfs /dev/sda1 rw').state).toBe('ok')
  expect(examineMounts('/nowhere').state).toBe('warn')
})
