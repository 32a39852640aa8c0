// Apps in parts, for the test that kills them: lines of a file, over a cut, into what RELAY says. `stream`: any node takes any
// line. `keyed`: lines of one key stay on one node. `file`: the same, into a file.
import { app } from 'deadbeat/app'
import { FileWatcherSupply, fileWatcherBaseConfig } from 'deadbeat/cogs/file-watcher-supply'
import { JetStreamDrain, jetStreamDrainBaseConfig } from 'deadbeat/cogs/jetstream-drain'
import { LineDrain, lineDrainBaseConfig } from 'deadbeat/cogs/line-drain'

const { RELAY = 'stream' } = process.env
const keyed = { keyGetter: (line) => Number(line.split(' ')[1]) % 8, partitions: 2 }

export default app({
  name: 'relay',
  config: { input: fileWatcherBaseConfig, output: RELAY === 'file' ? lineDrainBaseConfig : jetStreamDrainBaseConfig },
  build(train, cfg) {
    train.line(
      new FileWatcherSupply(train, cfg.input),
      train.cut('middle', RELAY === 'stream' ? {} : keyed),
      (line) => [`${line}!`],
      RELAY === 'file' ? new LineDrain(train, cfg.output) : new JetStreamDrain(train, cfg.output),
    )
  },
})
