import { expect, test } from '@jest/globals'
import { startKv } from './run-kv.js'

test('the question comes behind what it is about, which is fit for a terminal', async () => {
  const { runIn, fill } = startKv()
  await fill({ '/a/\u001b[2J': '', '/a/b': '' })
  const { stderr } = await runIn({ terminal: { in: true, err: true }, stdin: 'no' }, 'delete', '/a', '-r')
  expect(stderr).toBe('2 keys are at or below /a:\n  /a/\\x1b[2J\n  /a/b\nDelete them? (yes, no) Nothing was done.\n')
})

test('where stderr is no terminal nobody sees the question', async () => {
  const { runIn, fill } = startKv()
  await fill({ '/a/a': '', '/a/b': '' })
  expect((await runIn({ terminal: { in: true }, stdin: 'yes' }, 'delete', '/a', '-r')).status).toBe(64)
})
