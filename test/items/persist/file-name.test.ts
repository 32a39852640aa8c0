import { expect, test } from '@jest/globals'
import { join } from 'node:path'
import { fileNameOf } from '../../../lib/items/persist/file-name.js'

test.each(['.', '..', '../../etc/passwd', '/etc', 'a/b', '%2E%2E', '.hidden', 'é ü'])(
  '%j is one part of a path, and the only one of its kind',
  (name) => {
    const part = fileNameOf(name)
    expect(join('/state', part)).toBe(`/state/${part}`)
    expect(decodeURIComponent(part)).toBe(name)
  },
)
