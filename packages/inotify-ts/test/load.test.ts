import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { candidatePaths, loadNative, NativeLoadError, type LoadOptions } from '../src/load.js'
import { loadedFrom, loadError, native } from '../src/native.js'
import { describeNative } from './support.js'

function load(options: Partial<LoadOptions>) {
  return loadNative({ env: {}, platform: 'linux', candidates: [], revision: 7, ...options })
}

test('loads nothing when it is switched off, and says by what', () => {
  const { module, error } = load({ env: { DEADBEAT_NATIVE: 'off' }, candidates: candidatePaths() })
  expect(module).toBeNull()
  expect(error).toBeInstanceOf(NativeLoadError)
  expect(error).toMatchObject({ code: 'ERR_NATIVE_OFF', message: expect.stringContaining('DEADBEAT_NATIVE') as string })
})

test('loads nothing on another system, and names it', () => {
  expect(load({ platform: 'darwin' }).error).toMatchObject({
    code: 'ERR_NATIVE_PLATFORM',
    message: expect.stringContaining('darwin') as string,
  })
})

test('tells of every file that was tried why it is not the one', () => {
  const dir = mkdtempSync(join(tmpdir(), 'inotify-ts-'))
  try {
    const text = join(dir, 'text.node')
    const missing = join(dir, 'missing.node')
    writeFileSync(text, 'not a shared object')
    const { error } = load({ candidates: [missing, text] })
    expect(error?.code).toBe('ERR_NATIVE_MISSING')
    expect(error?.attempts.map((attempt) => attempt.path)).toEqual([missing, text])
    expect(error?.message).toContain('missing.node: there is no such file')
    expect(error?.message).toMatch(/text\.node: .*(ELF|too short)/)
  } finally {
    rmSync(dir, { recursive: true })
  }
})

test('looks first at what this checkout compiled, then at what the package carries', () => {
  const [compiled, carried] = candidatePaths()
  expect(compiled).toMatch(/build\/Release\/inotify_ts\.node$/)
  expect(carried).toMatch(/prebuilds\/[a-z0-9]+-[a-z0-9]+\/inotify-ts\.(glibc|musl)\.node$/)
})

test('has either a binding or the reason why not', () => {
  expect(native === null).toBe(loadError !== null)
  expect(native === null).toBe(loadedFrom === null)
})

describeNative('with a binary', () => {
  const path = loadedFrom ?? ''

  test('goes on to the next file when one does not fit', () => {
    expect(load({ candidates: ['/nowhere/a.node', path] })).toMatchObject({ path, error: null })
  })

  test('refuses a binary of another revision', () => {
    expect(load({ candidates: [path], revision: 99 }).error?.message).toContain('must be of revision 99: it is of 7')
  })
})
