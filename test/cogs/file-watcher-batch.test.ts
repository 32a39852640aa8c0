import { expect, test } from '@jest/globals'
import { rmSync, statSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { world } from '../support/log-world.js'

/** Some lines that are more than are read at once. */
function linesOf(name: string): string[] {
  return Array.from({ length: 20_000 }, (_, i) => `${name} ${i}`)
}

/** A batch over three files, killed in the middle of the one that is called so. */
async function killedIn(victim: string) {
  const names = ['a.log.2.gz', 'a.log.1', 'a.log']
  const here = world(names)
  const all = names.flatMap(linesOf)
  here.write('a.log.2.gz', gzipSync(`${linesOf('a.log.2.gz').join('\n')}\n`), 1000)
  here.write('a.log.1', `${linesOf('a.log.1').join('\n')}\n`, 1001)
  here.write('a.log', linesOf('a.log').join('\n'), 1002)
  const options = { follow: false, chunkBytes: 512 }
  const { start, supply, shelf, until, kill } = await here.run(null, options)
  void start()
  await until(() => shelf.taken.includes(`${victim} 9`))
  supply.pause()
  const mark = await kill()
  const taken = [...(shelf.taken as string[])]
  expect(taken).not.toContain(`${victim} 19999`)
  return { ...here, mark, taken, all, options }
}

test.each(['a.log.2.gz', 'a.log.1', 'a.log'])(
  'a batch killed in %s goes on there, and reads nothing twice',
  async (victim) => {
    const { mark, taken, all, run, options } = await killedIn(victim)
    const { start, shelf, messages } = await run(mark, options)
    await start()
    expect([...taken, ...(shelf.taken as string[])]).toEqual(all)
    expect(messages()).toEqual([])
  },
)

test('finds the files of a batch that were rotated and compressed meanwhile', async () => {
  const { mark, taken, all, run, rename, compress, write } = await killedIn('a.log.1')
  rename('a.log.2.gz', 'a.log.3.gz')
  rename('a.log.1', 'a.log.2')
  compress('a.log.2')
  rename('a.log', 'a.log.1')
  write('a.log', 'new\n')
  const filenames = ['a.log.*', 'a.log']
  const { start, shelf, messages } = await run({ ...mark, filenames: ['*'] }, { follow: false, filenames })
  await start()
  const got = [...taken, ...(shelf.taken as string[])]
  expect(got.sort()).toEqual([...all, 'new'].sort())
  expect(messages()).toEqual([])
})

test('says which files of a batch vanished before all of them was read', async () => {
  const { mark, taken, run, path } = await killedIn('a.log.1')
  rmSync(path('a.log.2.gz')) // It was finished.
  rmSync(path('a.log.1'))
  rmSync(path('a.log'))
  const { start, shelf, messages } = await run(mark, { follow: false, filenames: ['*.log*'] })
  await start()
  expect(messages()).toEqual([
    expect.stringMatching(
      /^error: the file that was .*a\.log\.1, read up to byte \d+, can't be found: at least \d+ bytes of it are lost/,
    ),
    expect.stringMatching(/^error: .*a\.log was still to be read, and is gone/),
  ])
  expect([taken.length > 0, shelf.taken]).toEqual([true, []])
})

test('counts what is lost of a file of a batch for the one that has its name', async () => {
  const { mark, run, path, write, options } = await killedIn('a.log.1')
  const size = statSync(path('a.log.1')).size
  const [, file] = mark.files
  rmSync(path('a.log.1'))
  write('keep', '') // So that the inode isn't given away again.
  write('a.log.1', 'another\n')
  const { start, supply } = await run(mark, options)
  await start()
  const progress = supply.progress().find((one) => one.path === path('a.log.1'))
  expect(progress).toMatchObject({ read: 8, lines: 1, lost: size - (file?.offset ?? 0) })
})

test('refuses to go on with a batch if a file that was named is gone unread', async () => {
  const { mark, run, path, options } = await killedIn('a.log.1')
  rmSync(path('a.log'))
  const { start } = await run(mark, options)
  await expect(start()).rejects.toThrow(/no such file: .*a\.log$/)
})
