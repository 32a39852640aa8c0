import { expect, test } from '@jest/globals'
import { FROM_SOURCE, runScript } from '../../support/child.js'
import { testEngine } from '../../support/engine-suite.js'

testEngine(false)

test('a train runs where code may not be generated from text', async () => {
  const body = `
    const { Escapement, Supply, Train, itemGetter, itemSetter } = await import(source + 'lib/movement/index.ts')
    const { codegen } = await import(source + 'lib/movement/cog/codegen.ts')
    const train = new Train(new Escapement(), { idPrefix: 'e' })
    class Three extends Supply {
      start() {
        const ticket = this.open(null, 3)
        this.begin(ticket)
        for (const n of [1, 2, 3]) this.put({ n })
        this.end(ticket)
        this.train.ended()
      }
      finish() {}
    }
    const [get, set] = [itemGetter('n'), itemSetter(['deep', 'n'])]
    train.line(new Three(train, {}), (d) => (get(d) > 1 ? [set(d, get(d))] : null))
    train.onOutput((d) => console.log(JSON.stringify(d)))
    await train.run({ signals: false })
    console.log(codegen)`
  const { lines, errors } = await runScript(body, [...FROM_SOURCE, '--disallow-code-generation-from-strings'])
  expect({ lines, errors }).toEqual({
    lines: ['{"n":2,"deep":{"n":2}}', '{"n":3,"deep":{"n":3}}', 'false'],
    errors: '',
  })
})
