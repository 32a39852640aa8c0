// Append the standard input to a file, and keep what is not written yet on disk: a crash loses nothing that was taken.
import { app } from 'deadbeat/app'
import { BufferCog, bufferBaseConfig } from 'deadbeat/cogs/buffer-cog'
import { LineDrain, lineDrainBaseConfig } from 'deadbeat/cogs/line-drain'
import { StdinSupply, stdinBaseConfig } from 'deadbeat/cogs/stdin-supply'

export default app({
  name: 'keep',
  doc: 'Append the standard input to a file, and keep what is not written yet on disk.',
  config: { input: stdinBaseConfig, queue: bufferBaseConfig, output: lineDrainBaseConfig },
  build(train, { input, queue, output }) {
    train.line(
      new BufferCog<string>(train, {
        ...queue,
        upstream: (before, end) => before.line(new StdinSupply(before, input), end),
      }),
      new LineDrain(train, output),
    )
  },
})
