import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lineLogger } from '../../../lib/movement/logger.js'
import { findTools, lookFor, tellOfMissing } from '../../../lib/runner/host/tools.js'

test('tools are looked for along the path, and what confines is tried', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deadbeat-tools-'))
  try {
    const put = (name: string, script: string): void => {
      writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
      chmodSync(join(folder, name), 0o755)
    }
    put('setpriv', '')
    put('bwrap', 'exit 1')
    expect(lookFor(folder)).toEqual({ prlimit: null, setpriv: join(folder, 'setpriv'), confine: null })
    put('unshare', '')
    expect(lookFor(`/nowhere:${folder}`).confine).toEqual({ by: 'unshare', path: join(folder, 'unshare') })
    put('bwrap', '')
    expect(lookFor(folder).confine).toEqual({ by: 'bwrap', path: join(folder, 'bwrap') })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('what is missing is told once', () => {
  const lines: string[] = []
  const log = lineLogger({}, (line) => lines.push(line))
  const nothing = { prlimit: null, setpriv: null, confine: null }
  tellOfMissing(nothing, log)
  tellOfMissing(nothing, log)
  expect(lines).toEqual([expect.stringContaining('WARN prlimit'), expect.stringContaining('WARN setpriv')])
})

test('they are looked for once', () => {
  expect(findTools()).toBe(findTools())
})
