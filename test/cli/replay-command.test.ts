import { expect, test } from '@jest/globals'
import { letter } from '../app/replay/letters.js'
import { deadbeat, scratch } from '../app/scratch.js'

const APP = `import { app } from 'deadbeat/app'
export default app({
  name: 'a',
  config: { own: { list: { doc: 'Some.', format: 'strings', default: [] }, on: { doc: 'Whether.', default: false } } },
  build(_train, { own }) { throw new Error(JSON.stringify(own)) },
})
`

test('its help teaches how to do it, in lines that fit', () => {
  const { status, stdout } = deadbeat(scratch({}), ['replay', '--help'])
  expect(status).toBe(0)
  expect(stdout).toContain('deadbeat replay dead.jsonl --into apps/knocks.ts --dry-run')
  expect(stdout).toMatch(/mv dead\.jsonl again\.jsonl.*FILE is never written to.*Exit codes/s)
  expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThan(120)
})

test('without a file or an app it is a wrong use: 64', () => {
  const dir = scratch({ 'dead.jsonl': letter('x') })
  expect(deadbeat(dir, ['replay', 'dead.jsonl'])).toMatchObject({
    status: 64,
    stderr: "error: required option '--into <app>' not specified\n",
  })
  expect(deadbeat(dir, ['replay', '--into', 'a']).status).toBe(64)
})

test("the app's flags may stand before and behind its own", () => {
  const dir = scratch({ 'dead.jsonl': letter('x'), 'a.mjs': APP })
  const argv = ['replay', 'dead.jsonl', '--own.list', 'a', 'b', '--into', 'a', '--own.on', '--dry-run']
  expect(deadbeat(dir, argv).stderr).toContain('not started: {\\"list\\":[\\"a\\",\\"b\\"],\\"on\\":true}')
})
