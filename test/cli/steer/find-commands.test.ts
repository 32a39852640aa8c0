import { expect, test } from '@jest/globals'
import { Command } from 'commander'
import { addFinding } from '../../../lib/cli/steer/find-commands.js'

test('a daemon that is written wrongly is told by its code', async () => {
  const program = new Command().exitOverride()
  let code: number | null = null
  addFinding(program, (ended) => (code = ended))
  await program.parseAsync(['describe', 'lamp:0:0'], { from: 'user' })
  expect(code).toBe(64)
})
