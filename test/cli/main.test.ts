import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

const TELLING = `import { createRequire } from 'node:module'
import { app } from 'deadbeat/app'
const watched = ['pino', 'convict', 'commander', 'rxjs', 'yaml', 'smol-toml', 'json5', '@swc/wasm-typescript']
export default app({
  name: 'telling',
  build() {
    const loaded = Object.keys(createRequire(import.meta.url).cache)
    console.log(watched.filter((name) => loaded.some((file) => file.includes(\`/node_modules/\${name}/\`))).join())
  },
})
`

test('run loads no parser of arguments or files, no transformer and no RxJS that the app does not need', () => {
  const { stdout } = deadbeat(scratch({ 'a.mjs': TELLING }), ['run', 'a.mjs'])
  expect(stdout).toBe('pino,convict\n')
})

test('the exit code is that of what was run, or of the parser', () => {
  const dir = scratch({})
  expect([deadbeat(dir, ['run', 'none']).status, deadbeat(dir, ['none']).status]).toEqual([66, 64])
})
