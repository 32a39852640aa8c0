import { expect, test } from '@jest/globals'
import { rmSync, statSync, truncateSync, utimesSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { FilesMark } from '../../lib/files/file-mark.js'
import { world } from '../support/log-world.js'

test('goes on behind what was put, with the line that had no end yet', async () => {
  const { append, first, run } = world()
  append('a.log', 'one\ntwo\nthr')
  const mark = await first('one', 'two')
  expect(mark.files).toMatchObject([{ offset: 8, size: 11 }])
  append('a.log', 'ee\nfour\n')
  const { gets, messages, supply } = await run(mark)
  await gets('three', 'four')
  expect(messages()).toEqual([])
  expect(supply.progress()).toMatchObject([{ read: 19, lines: 2, bytes: 11, rotations: 0, lost: 0 }])
})

test('finds a file that was renamed, and reads its successor after it', async () => {
  const { append, rename, first, run } = world()
  append('a.log', 'one\n')
  const mark = await first('one')
  append('a.log', 'two\n')
  rename('a.log', 'a.log.1')
  append('a.log', 'three\n')
  const { gets, supply, messages, log } = await run(mark)
  await gets('two', 'three')
  expect(messages()).toEqual([])
  expect(log.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/rotated while nobody followed it: its old/),
  )
  expect(supply.progress()).toMatchObject([{ rotations: 1 }, { rotations: 1 }])
})

test('after two rotations and a compression reads the rest of its file, then all that came later, oldest first', async () => {
  const { append, rename, compress, first, run, write } = world()
  write('a.log.2', 'read by an earlier run\n', 1000)
  append('a.log', 'one\n')
  const mark = await first('one')
  append('a.log', 'two\n')
  rename('a.log.2', 'a.log.4')
  rename('a.log', 'a.log.2')
  compress('a.log.2')
  append('a.log.1', 'three\n')
  append('a.log', 'four\n')
  const { gets, supply, messages } = await run(mark)
  await gets('two', 'three', 'four')
  expect(messages()).toEqual([])
  expect(supply.progress().at(-1)).toMatchObject({ rotations: 2, lost: 0 })
})

test('reads what was written to an empty file and rotated between two looks, also if it was compressed since', async () => {
  const { append, rename, compress, run } = world()
  append('a.log', '')
  const { supply, start, until, kill } = await run(null)
  void start()
  await until(() => supply.progress().length === 1)
  supply.pause()
  append('a.log', 'one\n')
  rename('a.log', 'a.log.1')
  append('a.log', '')
  await until(() => supply.progress().length === 2)
  const mark = await kill()
  rename('a.log.1', 'a.log.2')
  rename('a.log', 'a.log.1')
  compress('a.log.2')
  append('a.log', 'two\n')
  const { gets, messages } = await run(mark)
  await gets('one', 'two')
  expect(messages()).toEqual([])
})

test('does the same where rotated files are named by dates, and long after it was killed again on the way', async () => {
  const { append, rename, compress, first, run } = world()
  append('a.log', 'one\n')
  let mark = await first('one')
  append('a.log', `two\n${'x'.repeat(3000)}\n`)
  rename('a.log', 'a.log-20260101')
  compress('a.log-20260101')
  append('a.log', 'three\n')
  rename('a.log', 'a.log-20260102')
  append('a.log', 'four\n')
  // Killed before it was begun: nothing may be forgotten.
  mark = await (await run(mark)).kill()
  expect(mark.files).toMatchObject([
    { packed: true, rotated: true, offset: 4 },
    { offset: 0, rotated: true },
    { offset: 0, size: 5 },
  ])
  append('a.log', 'five\n')
  rename('a.log', 'a.log-20260103')
  const { gets, messages } = await run(mark)
  await gets('two', 'x'.repeat(3000), 'three', 'four', 'five')
  expect(messages()).toEqual([expect.stringMatching(/^warn: nothing to follow yet/)].slice(1))
})

test('finds the copy of a file that was copied and truncated, also if it was twice', async () => {
  const { append, copyTruncate, first, run } = world()
  append('a.log', 'one\n')
  const mark = await first('one')
  append('a.log', 'two\n')
  copyTruncate('a.log', 'a.log.2')
  append('a.log', 'three\n')
  copyTruncate('a.log', 'a.log.1')
  append('a.log', 'four, which is longer than what was read before\n')
  const { gets, messages } = await run(mark)
  await gets('two', 'three', 'four, which is longer than what was read before')
  expect(messages()).toEqual([])
})

test.each([
  ['that lay beside it', 'a.log.1'],
  ['that came beside it later', 'aside'],
])('knows the copy of a short file again %s, though its file outgrew it before anybody looked', async (_, copy) => {
  const { append, copyTruncate, compress, rename, run } = world()
  append('a.log', 'one\n')
  const { gets, kill, supply, esc, clock, until } = await run(null)
  await gets('one')
  const unseen = async (change: () => void) => {
    supply.pause()
    change()
    if (!esc.inotify) clock.advance(1000)
    await esc.waitIdle()
    supply.resume()
  }
  await unseen(() => {
    copyTruncate('a.log', 'a.log.2')
    copyTruncate('a.log', 'a.log.1') // Empty, and not to be known again once it is compressed.
  })
  await until(() => supply.progress()[0]?.rotations === 1)
  append('a.log', 'two\n')
  await gets('one', 'two')
  await unseen(() => {
    rename('a.log.1', 'a.log.3')
    copyTruncate('a.log', copy)
    append('a.log', 'three, which is longer\n')
  })
  await gets('one', 'two', 'three, which is longer')
  const mark = await kill()
  compress('a.log.3')
  if (copy !== 'a.log.1') rename(copy, 'a.log.1')
  compress('a.log.1')
  append('a.log', 'four\n')
  await (await run(mark)).gets('four')
})

/** A reader that is paused behind `one`: `two` is in a rotated file, and the file that has the name now was begun empty. */
async function waiting() {
  const here = world()
  here.append('a.log', 'one\n')
  const reader = await here.run(null)
  const { gets, supply, esc, clock } = reader
  await gets('one')
  const settle = async () => {
    if (!esc.inotify) clock.advance(1000)
    await esc.waitIdle()
  }
  supply.pause()
  here.append('a.log', 'two\n')
  here.rename('a.log', 'a.log.9')
  here.append('a.log', '')
  await settle()
  return { ...here, ...reader, run: here.run, settle }
}

test.each([
  ['and goes on', false],
  ['and is killed', true],
])('reads all that a file had that was copied and truncated while it waited, %s', async (_, isKilled) => {
  const { append, copyTruncate, gets, kill, run, settle, supply } = await waiting()
  append('a.log', 'three\n')
  copyTruncate('a.log', 'a.log.2')
  append('a.log', 'four\n')
  await settle()
  copyTruncate('a.log', 'a.log.1')
  append('a.log', 'five and more\n')
  await settle()
  if (isKilled) return (await run(await kill())).gets('two', 'three', 'four', 'five and more')
  supply.resume()
  return gets('one', 'two', 'three', 'four', 'five and more')
})

test('reads what a file had before it was truncated, also if both begin with the same long header', async () => {
  const { append, copyTruncate, gets, settle, supply } = await waiting()
  const header = '#'.repeat(3000)
  append('a.log', `${header}\nthree\n`)
  copyTruncate('a.log', 'a.log.2')
  append('a.log', `${header}\nfour and more\n`)
  await settle()
  supply.resume()
  await gets('one', 'two', header, 'three', header, 'four and more')
})

test('reads what a file had that was seen, copied and truncated while it waited, and is empty', async () => {
  const { append, copyTruncate, gets, messages, settle, supply } = await waiting()
  append('a.log', 'three\n')
  copyTruncate('a.log', 'a.log.2')
  append('a.log', 'four\n')
  await settle()
  copyTruncate('a.log', 'a.log.1')
  await settle()
  supply.resume()
  await gets('one', 'two', 'three', 'four')
  expect(messages()).toEqual([])
})

test.each([
  ['and goes on', false],
  ['and is killed', true],
])('reads all that a file had that was copied, truncated and renamed while it waited, %s', async (_, isKilled) => {
  const { append, copyTruncate, gets, kill, rename, run, settle, supply } = await waiting()
  append('a.log', 'three\n')
  copyTruncate('a.log', 'a.log.2')
  append('a.log', 'four\n')
  await settle()
  rename('a.log', 'a.log.1')
  append('a.log', 'five\n')
  await settle()
  if (isKilled) return (await run(await kill())).gets('two', 'three', 'four', 'five')
  supply.resume()
  return gets('one', 'two', 'three', 'four', 'five')
})

test('reads all that a file had that was copied and truncated, and renamed empty, while it waited', async () => {
  const { append, copyTruncate, gets, messages, rename, settle, supply } = await waiting()
  append('a.log', 'three\n')
  copyTruncate('a.log', 'a.log.2')
  await settle()
  rename('a.log', 'a.log.1')
  append('a.log', 'four\n')
  await settle()
  supply.resume()
  await gets('one', 'two', 'three', 'four')
  expect(messages()).toEqual([])
})

/** A reader that is paused within `a.log`, which was then copied and truncated, written again and renamed. */
async function outrun() {
  const here = world()
  here.append('a.log', 'one\n')
  const reader = await here.run(null)
  await reader.gets('one')
  const settle = async () => {
    if (!reader.esc.inotify) reader.clock.advance(1000)
    await reader.esc.waitIdle()
  }
  reader.supply.pause()
  here.append('a.log', 'two\n')
  await settle()
  here.copyTruncate('a.log', 'a.log.2')
  // Else both may have the time of one tick of the system's clock.
  const ms = statSync(here.path('a.log.2')).mtimeMs - 1
  utimesSync(here.path('a.log.2'), ms / 1000, ms / 1000)
  here.append('a.log', 'three\n')
  await settle()
  here.rename('a.log', 'a.log.1')
  here.append('a.log', '')
  await settle()
  return { ...here, ...reader, run: here.run, settle }
}

test('reads what a renamed file has since it was truncated once, though its compressed copy lies beside it', async () => {
  const { append, compress, gets, messages, settle, supply } = await outrun()
  append('a.log', 'four\n')
  await settle()
  compress('a.log.1')
  supply.resume()
  await gets('one', 'two', 'three', 'four')
  append('a.log', 'five\n')
  await gets('one', 'two', 'three', 'four', 'five')
  expect(messages()).toEqual([])
})

test('takes no copy of what came after a renamed file for one of what that had before it was truncated', async () => {
  const { append, copyTruncate, gets, rename, settle, supply } = await outrun()
  append('a.log', 'four\n')
  await settle()
  rename('a.log.2', 'a.log.3')
  rename('a.log.1', 'a.log.2')
  copyTruncate('a.log', 'a.log.1')
  append('a.log', 'five\n')
  await settle()
  supply.resume()
  await gets('one', 'two', 'three', 'four', 'five')
})

test('goes on in all that a file had that was truncated while it waited, and was renamed before what is marked next', async () => {
  const { append, gets, kill, rename, run, settle } = await outrun()
  append('a.log', 'four\n')
  rename('a.log.2', 'a.log.3')
  rename('a.log.1', 'a.log.2')
  rename('a.log', 'a.log.1')
  append('a.log', 'five\n')
  await settle()
  await gets('one')
  await (await run(await kill())).gets('two', 'three', 'four', 'five')
})

test('takes no copy of what a waiting file has still for what it had before', async () => {
  const { append, gets, supply, write } = await waiting()
  append('a.log', 'three\n')
  write('a.log.1', 'three\n')
  supply.resume()
  await gets('one', 'two', 'three')
  append('a.log', 'four\n')
  await gets('one', 'two', 'three', 'four')
})

test('reads all that a file had that was copied and truncated, and again while it waited', async () => {
  const { append, copyTruncate, run } = world()
  append('a.log', 'one\n')
  const { gets, supply, esc, clock, until } = await run(null)
  await gets('one')
  copyTruncate('a.log', 'a.log.2')
  if (!esc.inotify) clock.advance(1000)
  await until(() => supply.progress()[0]?.rotations === 1)
  supply.pause()
  append('a.log', 'two\n')
  copyTruncate('a.log', 'a.log.1')
  append('a.log', 'three and more\n')
  if (!esc.inotify) clock.advance(1000)
  await esc.waitIdle()
  supply.resume()
  await gets('one', 'two', 'three and more')
})

test('says what is lost of a file that was deleted, and begins the one that has its name', async () => {
  const { append, path, first, run } = world()
  append('a.log', 'one\ntwo')
  const mark = await first('one')
  rmSync(path('a.log'))
  append('b.log', 'so that the inode is not used again')
  append('a.log', 'three\n')
  const { gets, messages, supply } = await run(mark)
  await gets('three')
  expect(messages()).toEqual([
    expect.stringMatching(
      /^error: the file that was .*a\.log, read up to byte 4, can't be found: at least 3 bytes of it are lost unread; its inode .* has no name in .*, and none of these begins like it: a\.log$/,
    ),
  ])
  expect(supply.progress()).toMatchObject([{ lost: 3 }])
})

test('takes a file for another if only its inode is the same', async () => {
  const { append, path, first, run } = world()
  append('a.log', 'one\n')
  const mark = await first('one')
  rmSync(path('a.log'))
  append('a.log', 'other content\n')
  const { dev, ino } = statSync(path('a.log'))
  const [file] = mark.files
  const reused = { ...mark, files: [{ ...file, id: `${dev}:${ino}` }] } as FilesMark
  const { gets, messages } = await run(reused)
  await gets('other content')
  expect(messages()).toEqual([expect.stringMatching(/^error: the file that was .*a\.log/)])
})

test.each([
  ['shorter', '2\n'],
  ['longer', 'something else altogether\n'],
])('begins a file anew that was truncated meanwhile and is %s than before, and says so', async (_, text) => {
  const { append, path, first, run } = world()
  append('a.log', 'one\ntwo\n')
  const mark = await first('one', 'two')
  truncateSync(path('a.log'))
  append('a.log', text)
  const { gets, messages } = await run(mark)
  await gets(text.trim())
  expect(messages()).toEqual([
    expect.stringMatching(
      /^warn: .*a\.log was truncated while nobody read it, behind byte 8: what it had besides is lost unread, if anything/,
    ),
  ])
})

test('reads what was copied from a file that was empty, and truncated', async () => {
  const { append, write, copyTruncate, first, run } = world()
  write('a.log', '', 1000)
  write('a.log.2', 'read by an earlier run\n', 999)
  const mark = await first()
  append('a.log', 'one\n')
  copyTruncate('a.log', 'a.log.1')
  append('a.log', 'two\n')
  const { gets, messages } = await run(mark)
  await gets('one', 'two')
  expect(messages()).toEqual([])
})

test('reads what was copied from a file that was empty, also if it was written on and renamed', async () => {
  const { append, write, copyTruncate, rename, first, run } = world()
  write('a.log', '', 1000)
  const mark = await first()
  write('a.log', 'one\n', 1001)
  copyTruncate('a.log', 'a.log.2')
  write('a.log.2', 'one\n', 1001)
  write('a.log', 'two\n', 1002)
  rename('a.log', 'a.log.1')
  append('a.log', 'three\n')
  const { gets, messages, kill } = await run(mark)
  await gets('one', 'two', 'three')
  expect(messages()).toEqual([])
  const after = await run(await kill())
  append('a.log', 'four\n')
  await after.gets('four')
})

test('says that a file that was empty, and is so still, was written and truncated, or truncated only', async () => {
  const { write, first, run } = world()
  write('a.log', '', 1000)
  const { supply, gets, messages, until, kill } = await run(await first())
  await gets()
  expect(messages()).toEqual([])
  write('a.log', 'one\n', 1001)
  write('a.log', '', 1002)
  await until(() => messages().length > 0)
  expect(messages()).toEqual([expect.stringMatching(/^warn: .*a\.log was written and truncated, or truncated only, /)])
  expect(supply.progress()).toMatchObject([{ lost: 0, lossesUnknown: 1 }])
  const mark = await kill()
  const again = await run(mark)
  await again.gets()
  expect(again.messages()).toEqual([])
  const left = await again.kill()
  write('a.log', '', 1003)
  const last = await run(left)
  void last.start()
  await last.until(() => last.supply.progress()[0]?.lossesUnknown === 1)
})

test('reads what had the name later, even if the file that had it first is gone', async () => {
  const { append, write, path, first, run } = world()
  write('a.log', 'one\n', 1000)
  write('a.log.3', 'read by an earlier run\n', 999)
  const mark = await first('one')
  rmSync(path('a.log'))
  write('a.log.2.gz', gzipSync('two\n'), 1002)
  write('a.log.1', 'three\n', 1003)
  append('a.log', 'four\n')
  const { gets, messages } = await run(mark)
  await gets('two', 'three', 'four')
  expect(messages()).toEqual([expect.stringMatching(/^error: the file that was .*a\.log/)])
})

test('takes only those files for rotated ones that look like it, and none twice', async () => {
  const { append, rename, write, first, run } = world(['mail'])
  append('mail', 'one\n')
  const mark = await first('one')
  append('mail', 'two\n')
  rename('mail', 'mail.1')
  write('mail.err', 'no\n', 4e9)
  write('mail.err.1', 'no\n', 4e9)
  write('mail.info-20260101', 'no\n', 4e9)
  write('mail.info', 'no\n', 4e9)
  write('mail.1.gz', gzipSync('one\ntw'), 4e9) // It is just being compressed.
  write('mail.0.xz', 'nobody can unpack this', 4e9)
  write('mail', 'three\n')
  const { gets, messages } = await run(mark)
  await gets('two', 'three')
  expect(messages()).toEqual([
    expect.stringMatching(/^error: .*mail\.0\.xz, which was .*mail, is lost unread: only gzip/),
  ])
})

test('begins at the end only what is named anew: not what came while nobody ran', async () => {
  const { append, first, run } = world(['a.log', 'b.log'])
  append('a.log', 'one\n')
  const mark = await first('one')
  append('a.log', 'two\n')
  append('b.log', 'three\n')
  append('c.log', 'four\n')
  const { gets, log } = await run(mark, { tail: true, filenames: ['a.log', 'b.log', 'c.log'] })
  await gets('two', 'three')
  append('c.log', 'five\n')
  await gets('two', 'three', 'five')
  expect(log).toEqual([])
})

test('drops what is named no more, and says so', async () => {
  const { append, first, run, path } = world(['a.log', 'b.log', 'c*.log'])
  append('a.log', 'one\n')
  append('b.log', 'two\n')
  append('c1.log', 'three\n')
  const mark = await first('one', 'two', 'three')
  for (const name of ['a.log', 'b.log', 'c1.log']) append(name, `more of ${name}\n`)
  const { gets, log, kill } = await run(mark, { filenames: ['a.log', 'c?.log'] })
  await gets('more of a.log', 'more of c1.log')
  expect(log.map(({ message }) => message)).toEqual([
    `${path('b.log')} isn't among the files to read any more: how far it was read is forgotten`,
  ])
  const later = await kill()
  expect(later.files.map((file) => file.path)).toEqual([path('a.log'), path('c1.log')])
})

test('with a pattern reads no rotated file again, whatever it is called by then', async () => {
  const { append, rename, compress, first, run } = world(['a.log*'])
  append('a.log.2', 'one\n')
  append('a.log.1', 'two\n')
  append('a.log', 'three\n')
  const mark = await first('three', 'two', 'one')
  append('a.log', 'four\n')
  rename('a.log.2', 'a.log.4')
  compress('a.log.4')
  rename('a.log.1', 'a.log.3')
  rename('a.log', 'a.log.2')
  append('a.log.1', 'five\n')
  append('a.log', 'six\n')
  const { gets, messages } = await run(mark)
  await gets('four', 'five', 'six')
  expect(messages()).toEqual([])
})

test.each([
  ['under another name', 'a.log*', 'a.log.3'],
  ['compressed anew', 'a.log', 'a.log.3.gz'],
  ['copied', 'a.log', 'a.log.3'],
])('reads no file again that it has let go: %s', async (how, filename, name) => {
  const { append, rename, run, write } = world([filename])
  append('a.log', 'one\n')
  const { gets, kill, clock, esc, supply, until } = await run(null, { rotateWaitMs: 10 })
  await gets('one')
  rename('a.log', 'a.old')
  append('a.log', 'two\n')
  await gets('one', 'two')
  await until(() => {
    clock.advance(10)
    return supply.progress().length === 1
  })
  await esc.waitIdle()
  const mark = await kill()
  expect(mark.files).toMatchObject([{ over: true, offset: 4 }, { offset: 4 }])
  if (how === 'under another name') rename('a.old', name)
  else write(name, how === 'copied' ? 'one\n' : gzipSync('one\n'), 4e9)
  rename('a.log', 'a.log.1')
  write('a.log.2', 'three\n', 4e9)
  write('a.log', 'four\n')
  const later = await run(mark)
  await later.gets('three', 'four')
  expect(later.messages()).toEqual([])
})

test('a mark of ten thousand files is made of what the one before it was, but for those that grew', async () => {
  const { append, run } = world(['*.log'])
  const names = Array.from({ length: 10_000 }, (_, i) => `f${i}.log`)
  for (const name of names) append(name, `${'x'.repeat(500)}\n`)
  const { start, supply, until, shelf, esc } = await run(null, { tail: true })
  void start()
  await until(() => supply.progress().length === names.length)
  await esc.waitIdle()
  const one = supply.mark() as FilesMark
  append('f7.log', 'new\n')
  await until(() => shelf.taken.length === 1)
  const other = supply.mark() as FilesMark
  const before = new Set(one.files)
  expect(other.files.filter((file) => !before.has(file))).toMatchObject([{ offset: 505 }])
})
