// node bench/idle/train.mjs DIRECTORY: a train that follows every file of a directory. Says `running` once it does.
import { Drain, Escapement, Train, silentLogger } from 'deadbeat'
import { FileWatcherSupply } from 'deadbeat/cogs/file-watcher-supply'
import { subscribe } from 'node:diagnostics_channel'
import { join } from 'node:path'

const [, , directory] = process.argv

class Nowhere extends Drain {
  flushed = 0
  take() {
    this.flushed++
  }
  position() {
    return this.flushed
  }
}

subscribe('deadbeat.train.running', () => console.log('running'))
const train = new Train(Escapement.instance, { log: silentLogger })
train.line(new FileWatcherSupply(train, { filenames: [join(directory, '*')], tail: true }), new Nowhere(train, {}))
await train.run()
