import { expect, test } from '@jest/globals'
import { FROM_SOURCE, runScript } from '../support/child.js'

const go = (body: string) =>
  runScript(
    `const { setDeadline, clearDeadline } = await import(source + 'lib/daemon/deadline.ts')\n${body}`,
    FROM_SOURCE,
  )

test('what waits for ever ends when the time is over, and says why', async () => {
  const body = "setDeadline(50, 'too late', 75); setInterval(() => {}, 60_000); await new Promise(() => {})"
  expect(await go(body)).toEqual({ code: 75, signal: null, lines: [], errors: 'too late\n' })
})

test('a deadline that is taken back, or set anew, ends nothing', async () => {
  const later = 'setTimeout(() => { console.log("done"); process.exit() }, 100)'
  const done = { code: 0, signal: null, lines: ['done'], errors: '' }
  expect(await go(`setDeadline(20, 'a', 75); clearDeadline(); ${later}`)).toEqual(done)
  expect(await go(`setDeadline(20, 'a', 75); setDeadline(60_000, 'b', 76); ${later}`)).toEqual(done)
})

test('it keeps nothing from ending', async () => {
  expect(await go("setDeadline(60_000, 'a', 75)")).toMatchObject({ code: 0, errors: '' })
})
