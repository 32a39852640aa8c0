import { expect, test } from '@jest/globals'
import { ChildChannel } from '../../lib/process/child-channel.js'
import { testTrain } from '../../lib/testing/index.js'
import { turn } from '../support/supplied.js'

// How it serves a drain is told by the tests of ExecDrain.
test('what was being written when it is let go fails', async () => {
  const { esc, train, clock } = testTrain()
  const channel = new ChildChannel(esc, train.log, { command: ['sleep', '1000'], cwd: null, killMs: 1000 })
  await channel.send('small')
  const sending = channel.send('x'.repeat(1_000_000))
  for (let i = 0; i < 20; i++) await turn()
  channel.close()
  await expect(sending).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  clock.advance(0)
  await channel.end()
})
