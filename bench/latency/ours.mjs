// node bench/latency/ours.mjs FILE COUNT [CHECKPOINT]: a train that tails the file into a drain that keeps how long each
// line took; where a third path is given, with a check-point there every 100 ms.
import { Drain, Escapement, Train } from 'deadbeat'
import { CheckpointFile } from 'deadbeat/app'
import { FileWatcherSupply } from 'deadbeat/cogs/file-watcher-supply'
import { subscribe } from 'node:diagnostics_channel'
import { recorder } from './recorder.mjs'

const [, , path, count, checkpoint] = process.argv
const { see } = recorder(Number(count))

class Record extends Drain {
  taken = 0
  take(line) {
    this.taken++
    see(line)
  }
  position() {
    return this.taken
  }
  get flushed() {
    return this.taken
  }
}

subscribe('deadbeat.train.running', () => console.log('ready'))
const train = new Train(
  Escapement.instance,
  checkpoint === undefined ? {} : { checkpoints: new CheckpointFile(checkpoint) },
)
train.line(new FileWatcherSupply(train, { filenames: [path], tail: true }), new Record(train, {}))
await train.run()
