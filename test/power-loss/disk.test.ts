import { afterEach, expect, test } from '@jest/globals'
import fc from 'fast-check'
import * as real from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Random } from '../support/random-train/random.js'
import { Disk } from './disk.js'
import { Descriptors, fsOn } from './fs-on-disk.js'

const directories: string[] = []
afterEach(() => directories.splice(0).forEach((directory) => real.rmSync(directory, { recursive: true })))

/** What may be on a disk once the power has failed behind some work, as texts. */
function statesAfter(work: (fs: typeof real, root: string) => void): string[] {
  const states = new Set<string>()
  const property = fc.property(fc.gen(), (draw) => {
    const directory = real.realpathSync(real.mkdtempSync(join(tmpdir(), 'disk-')))
    directories.push(directory)
    const disk = new Disk(directory)
    const descriptors = new Descriptors()
    work(fsOn(disk, descriptors, real).fs as typeof real, disk.root)
    descriptors.closeAll(real)
    disk.fail(new Random(draw))
    states.add([...disk.contents()].map(([path, text]) => `${path}=${text.replaceAll('\0', '0')}`).join(' '))
  })
  fc.assert(property, { numRuns: 300, seed: 1 })
  return [...states].sort()
}

test('of a file that was not synced all may be there, or its name alone, or a part, or zeros, or nothing', () => {
  const states = statesAfter((fs, root) => {
    const fd = fs.openSync(join(root, 'a'), 'a')
    fs.writeSync(fd, Buffer.from('xy'))
  })
  expect(states).toEqual(['', 'a=', 'a=0', 'a=00', 'a=x', 'a=xy'])
})

test('what was synced is there, and what came behind it may be', () => {
  const states = statesAfter((fs, root) => {
    const fd = fs.openSync(join(root, 'a'), 'a')
    fs.writeSync(fd, Buffer.from('x'))
    fs.fsyncSync(fd)
    fs.fsyncSync(fs.openSync(root, 'r'))
    fs.writeSync(fd, Buffer.from('y'))
  })
  expect(states).toEqual(['a=x', 'a=x0', 'a=xy'])
})

test('names change in their order, each at once', () => {
  const states = statesAfter((fs, root) => {
    const [a, b] = ['a', 'b'].map((name) => join(root, name)) as [string, string]
    for (const [path, text] of [
      [a, 'A'],
      [b, 'B'],
    ] as const) {
      const fd = fs.openSync(path, 'a')
      fs.writeSync(fd, Buffer.from(text))
      fs.fsyncSync(fd)
    }
    fs.fsyncSync(fs.openSync(root, 'r'))
    fs.renameSync(a, b)
    fs.rmSync(b)
  })
  expect(states).toEqual(['', 'a=A b=B', 'b=A'])
})

test('a file that survives keeps its inode, and one that was removed and is there again, too', () => {
  const directory = real.realpathSync(real.mkdtempSync(join(tmpdir(), 'disk-')))
  directories.push(directory)
  const disk = new Disk(directory)
  const descriptors = new Descriptors()
  const fs = fsOn(disk, descriptors, real).fs as typeof real
  const path = join(disk.root, 'a')
  const { ino } = fs.fstatSync(fs.openSync(path, 'a'))
  fs.fsyncSync(fs.openSync(disk.root, 'r'))
  fs.rmSync(path)
  disk.fail({ below: () => 0, pick: (list: readonly unknown[]) => list[0] } as unknown as Random)
  expect(real.statSync(path).ino).toBe(ino)
  descriptors.closeAll(real)
})

test('without power nothing is changed, and what is answered later is not answered', async () => {
  const directory = real.realpathSync(real.mkdtempSync(join(tmpdir(), 'disk-')))
  directories.push(directory)
  const disk = new Disk(directory)
  const descriptors = new Descriptors()
  const fs = fsOn(disk, descriptors, real).fs as typeof real
  const fd = fs.openSync(join(disk.root, 'a'), 'a')
  disk.failsAt = 2
  fs.writeSync(fd, Buffer.from('x'))
  let isAnswered = false
  fs.write(fd, Buffer.from('y'), 0, 1, null, () => (isAnswered = true))
  fs.writeSync(fd, Buffer.from('z'))
  fs.mkdirSync(join(disk.root, 'b'))
  await new Promise((resolve) => setImmediate(resolve))
  expect([isAnswered, disk.isDead, [...disk.contents()]]).toEqual([false, true, [['a', 'x']]])
  descriptors.closeAll(real)
})
