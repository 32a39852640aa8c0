import { exitCodeOf } from '../../lib/app/exit-codes.js'
import { filesBelow, sourceFiles, textOf } from '../support/sources.js'

/** Node's own, which we only look at. */
const NOT_OURS =
  /^ERR_(?:BUFFER_TOO_LARGE|INVALID_STATE|MODULE_NOT_FOUND|PACKAGE_\w+|UNSUPPORTED_\w+|UNKNOWN_\w+|INVALID_MODULE_SPECIFIER|SCRIPT_EXECUTION_TIMEOUT|INVALID_ARG_\w+|OUT_OF_RANGE|NAPI|CONSTRUCT_CALL_REQUIRED)$/

function codesOfTheSources(): Set<string> {
  const files = [...sourceFiles(), ...filesBelow('packages/inotify-ts/native', '.c')]
  const codes = files.flatMap((file) =>
    [...textOf(file).matchAll(/(['"])(ERR_[A-Z_]+)\1/g)].map(([, , code]) => code ?? ''),
  )
  return new Set(codes.filter((code) => !NOT_OURS.test(code)))
}

function codesOfTheDocument(): Set<string> {
  return new Set([...textOf('docs/troubleshooting.md').matchAll(/^\| `(ERR_[A-Z_]+)`/gm)].map(([, code]) => code ?? ''))
}

test('every error code of ours stands in the document, with what happened and what to do', () => {
  const documented = codesOfTheDocument()
  expect([...codesOfTheSources()].filter((code) => !documented.has(code))).toEqual([])
})

test('every code of the document is one of ours', () => {
  const ours = codesOfTheSources()
  expect(ours.size).toBeGreaterThan(20)
  expect([...codesOfTheDocument()].filter((code) => !ours.has(code))).toEqual([])
})

test('no row is left empty', () => {
  const rows = textOf('docs/troubleshooting.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
  expect(
    rows.filter((row) =>
      row
        .split('|')
        .slice(1, 4)
        .some((cell) => cell.trim().length < 5),
    ),
  ).toEqual([])
})

/** What is thrown with them says by itself with which code the process ends. */
const OWN_EXIT = ['ERR_HELD', 'ERR_PID_FILE', 'ERR_PRIVILEGES']

test('the exit code that a row tells is the one that the process ends with', () => {
  const rows = [...textOf('docs/troubleshooting.md').matchAll(/^\| `(ERR_[A-Z_]+)` \((\d+)\)/gm)]
  expect(rows.length).toBeGreaterThan(20)
  const told = rows.filter(([, code = '']) => !OWN_EXIT.includes(code)).map(([, code, exit]) => [code, Number(exit)])
  expect(told).toEqual(told.map(([code]) => [code, exitCodeOf(Object.assign(new Error('as told'), { code }))]))
})
