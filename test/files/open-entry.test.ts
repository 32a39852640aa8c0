import { afterEach, expect, test } from '@jest/globals'
import { closeSync, renameSync, rmSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { Listings } from '../../lib/files/listing.js'
import { openEntry } from '../../lib/files/open-entry.js'
import { folder } from '../support/marks.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start(name = 'a.log', bytes: string | Buffer = 'one\n') {
  const { path, write } = folder(cleanups)
  write(name, bytes)
  const entry = new Listings().around(path(name)).at(path(name))
  if (entry === null) throw new Error('it should be there')
  const open = () => {
    const opened = openEntry(entry)
    if (opened !== null) cleanups.unshift(() => closeSync(opened.fd))
    return opened?.file
  }
  return { path, write, open, entry }
}

test('opens a file under the name that it was found under', () => {
  const { open, path, entry } = start()
  expect(open()).toMatchObject({ path: path('a.log'), id: entry.id, isPacked: false, fingerprint: { length: 4 } })
})

test('opens it under the name that it has got since, whoever has the other', () => {
  const { open, path, write, entry } = start()
  renameSync(path('a.log'), path('a.log.1'))
  write('a.log', 'two\n')
  expect(open()).toMatchObject({ path: path('a.log.1'), id: entry.id })
})

test('knows that a file has gone', () => {
  const { open, path, write } = start()
  write('keep', '') // So that the inode isn't given away again.
  renameSync(path('a.log'), path('b'))
  rmSync(path('b'))
  expect(open()).toBeUndefined()
})

test('takes one for packed that is called so', () => {
  const { open } = start('a.gz', gzipSync('packed'))
  expect(open()).toMatchObject({ isPacked: true, fingerprint: { length: 6 } })
})
