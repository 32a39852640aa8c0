// An app in parts, for the test that kills them: lines of a file, over a cut, into a stream.
import { app } from 'deadbeat/app'
import { FileWatcherSupply, fileWatcherBaseConfig } from 'deadbeat/cogs/file-watcher-supply'
import { JetStreamDrain, jetStreamDrainBaseConfig } from 'deadbeat/cogs/jetstream-drain'

export default app({
  name: 'relay',
  config: { input: fileWatcherBaseConfig, output: jetStreamDrainBaseConfig },
  build(train, cfg) {
    train.line(
      new FileWatcherSupply(train, cfg.input),
      train.cut('middle'),
      (line) => [`${line}!`],
      new JetStreamDrain(train, cfg.output),
    )
  },
})
