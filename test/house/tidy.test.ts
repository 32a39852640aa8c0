import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow, root, sourceFiles, textOf } from '../support/sources.js'

const LINES_MAX = 300

test('no file is longer than a screenful of screens, unless it says why', () => {
  const long = sourceFiles().filter((file) => {
    const text = textOf(file)
    return text.split('\n').length > LINES_MAX + 1 && !/Longer than \d+ lines because/.test(text)
  })
  expect(long).toEqual([])
})

test('every export has its documentation', () => {
  const bare: string[] = []
  for (const file of sourceFiles()) {
    const lines = textOf(file).split('\n')
    lines.forEach((line, i) => {
      const [, name] =
        /^export (?:default )?(?:abstract |async )?(?:class|function\*?|const|let|interface|type) ([\w$]+)/.exec(
          line,
        ) ?? []
      if (name === undefined) return
      // Overloads and declaration merging share one comment; an eslint directive may stand between.
      let above = i - 1
      while (/^(?:\/\/ eslint|export (?:async )?function )/.test(lines[above] ?? '')) above--
      if (!(lines[above] ?? '').trimEnd().endsWith('*/')) bare.push(`${file}: ${name}`)
    })
  }
  expect(bare).toEqual([])
})

test('every source file has a test of its own name', () => {
  const missing = sourceFiles().filter((file) => {
    // A door only hands on, and a file of types alone has nothing to run.
    if (
      file.endsWith('/index.ts') ||
      !/^(?:export )?(?:default |abstract |async )*(?:class|function|const) /m.test(textOf(file))
    )
      return false
    const mirror = file
      .replace(/^lib\//, 'test/')
      .replace(/^(cogs|apps)\//, 'test/$1/')
      .replace(/^packages\/inotify-ts\/src\//, 'packages/inotify-ts/test/')
      .replace(/\.ts$/, '.test.ts')
    return !existsSync(join(root, mirror))
  })
  expect(missing).toEqual([])
})

test('nothing is left to be done later', () => {
  const unfinished = sourceFiles().filter((file) =>
    /\b(TODO|FIXME|XXX|HACK)\b|not (yet )?implemented/i.test(textOf(file)),
  )
  expect(unfinished).toEqual([])
})

test('every test runs', () => {
  const files = [...filesBelow('test', '.test.ts'), ...filesBelow('packages', '.test.ts')]
  const lame = files.filter((file) => /\b(it|test|describe)\.(skip|only|todo)\b|\bx(it|describe)\(/.test(textOf(file)))
  expect(lame.filter((file) => file !== 'test/house/tidy.test.ts')).toEqual([])
})

test('cogs ask the escapement for the time', () => {
  const clocks = /Date\.now\(|new Date\(\)|performance\.now\(|process\.hrtime|setTimeout\(|setInterval\(/
  expect(filesBelow('cogs', '.ts').filter((file) => clocks.test(textOf(file)))).toEqual([])
})

test('the package lock names no host', () => {
  expect(textOf('package-lock.json')).not.toMatch(/"resolved": "http/)
})
