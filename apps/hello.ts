// The smallest app: greet three times, a second apart.
import { app } from 'deadbeat/app'
import { IntervalSupply, intervalBaseConfig } from 'deadbeat/cogs/interval-supply'
import { StdoutDrain } from 'deadbeat/cogs/stdout-drain'

export default app({
  name: 'hello',
  config: { every: { ...intervalBaseConfig, count: { ...intervalBaseConfig.count, default: 3 } } },
  build(train, { every }) {
    train.line(new IntervalSupply(train, every), ({ count }) => [`Hello, number ${count}!`], new StdoutDrain(train))
  },
})
