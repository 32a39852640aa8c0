// The app of the file bench with its work in worker threads.
import { formatDeadLetter, one } from 'deadbeat'
import { app } from 'deadbeat/app'
import { FileWatcherSupply, fileWatcherBaseConfig } from 'deadbeat/cogs/file-watcher-supply'
import { LineDrain, lineDrainBaseConfig } from 'deadbeat/cogs/line-drain'
import { Parallel, parallelBaseConfig } from 'deadbeat/cogs/parallel'

export default app({
  name: 'file-bench-workers',
  doc: 'The app of the file bench with workers.',
  config: {
    input: fileWatcherBaseConfig,
    parallel: parallelBaseConfig,
    output: lineDrainBaseConfig,
    dead: lineDrainBaseConfig,
  },
  build(train, { input, parallel, output, dead }) {
    train.line(
      new FileWatcherSupply(train, input),
      new Parallel(train, { ...parallel, module: new URL('stretch.mjs', import.meta.url) }),
      new LineDrain(train, output),
    )
    train.deadLettersTo(one(formatDeadLetter), new LineDrain(train, dead))
  },
})
