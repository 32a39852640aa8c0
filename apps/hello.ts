// The smallest app: greet each new line of a file.
import { app } from 'deadbeat/app'
import { FileWatcherSupply, fileWatcherBaseConfig } from 'deadbeat/cogs/file-watcher-supply'
import { StdoutDrain } from 'deadbeat/cogs/stdout-drain'

export default app({
  name: 'hello',
  config: { input: fileWatcherBaseConfig },
  build(train, { input }) {
    train.line(new FileWatcherSupply(train, input), (name: string) => [`Hello, ${name}!`], new StdoutDrain(train))
  },
})
