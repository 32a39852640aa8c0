import { expect, test } from '@jest/globals'
import { letter } from '../app/replay/letters.js'
import { deadbeat, scratch } from '../app/scratch.js'

test('letters or an app that are not there are told, with 66', () => {
  const dir = scratch({ 'dead.jsonl': '', 'a.mjs': '' })
  expect(deadbeat(dir, ['replay', 'none.jsonl', '--into', 'a'])).toEqual({
    ...{ status: 66, stdout: '' },
    stderr: 'replay: cannot read the dead letters in none.jsonl: ENOENT\n',
  })
  const { status, stderr } = deadbeat(dir, ['replay', 'dead.jsonl', '--into', 'aa.mjs'])
  expect([status, stderr]).toEqual([66, `there is no app aa.mjs: did you mean a.mjs? Looked for:\n  ${dir}/aa.mjs\n`])
})

test('the letters are looked through before the app is loaded', () => {
  const dir = scratch({ 'dead.jsonl': 'no\n', 'a.mjs': "console.log('loaded')\n" })
  expect(deadbeat(dir, ['replay', 'dead.jsonl', '--into', 'a'])).toMatchObject({ status: 65, stdout: '' })
})

test('nothing can be replayed into a plain script', () => {
  const dir = scratch({ 'dead.jsonl': letter('x'), 'a.mjs': '' })
  const { status, stderr } = deadbeat(dir, ['replay', 'dead.jsonl', '--into', 'a'])
  expect([status, stderr]).toEqual([
    64,
    'replay: --into must be an app that is made with app(): a is a plain script, which has run now\n',
  ])
})

test('control characters of a name steer no terminal', () => {
  expect(deadbeat(scratch({}), ['replay', '\u001b[2J', '--into', 'a']).stderr).toContain('in \\x1b[2J: ENOENT')
})
