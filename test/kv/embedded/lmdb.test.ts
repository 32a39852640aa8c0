import { expect, test } from '@jest/globals'
import { FROM_SOURCE, runScript } from '../../support/child.js'

test('who opens no file does not load it', async () => {
  const { code, lines } = await runScript(
    `await import(source + 'lib/kv/index.ts')
     const { createRequire } = await import('node:module')
     console.log(Object.keys(createRequire(source + 'package.json').cache).filter((name) => name.includes('/lmdb/')).length)`,
    FROM_SOURCE,
  )
  expect({ code, lines }).toEqual({ code: 0, lines: ['0'] })
})
