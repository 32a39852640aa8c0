// A train that is wrong: it drops one line, or doubles it. Whoever checks must find it.
import { insert } from 'deadbeat'
import { app } from 'deadbeat/app'
import { FormatJson } from 'deadbeat/cogs/format-json'
import { LineDrain, lineDrainBaseConfig } from 'deadbeat/cogs/line-drain'
import { commonConfig, parsedInput } from './parts.mjs'

const sabotageBaseConfig = insert({
  kind: { doc: 'What is done.', format: ['drop', 'double'] },
  number: { doc: 'From which number on, to the next line of the stream a.', format: 'nat', default: 1 },
})

function sabotage({ kind, number }) {
  let isDone = false
  return (data) => {
    if (isDone || data.s !== 'a' || data.n < number) return [data]
    isDone = true
    return kind === 'drop' ? null : [data, data]
  }
}

export default app({
  name: 'crash-sabotage',
  config: { ...commonConfig, sabotage: sabotageBaseConfig, output: lineDrainBaseConfig },
  build(train, { sabotage: options, output, ...common }) {
    parsedInput(train, common, sabotage(options), new FormatJson(train), new LineDrain(train, output))
  },
})
