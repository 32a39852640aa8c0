// Many lines become one, which names them.
import { Cog, insert } from 'deadbeat'
import { app } from 'deadbeat/app'
import { FormatJson } from 'deadbeat/cogs/format-json'
import { LineDrain, lineDrainBaseConfig } from 'deadbeat/cogs/line-drain'
import { commonConfig, parsedInput } from './parts.mjs'

const bundleBaseConfig = insert({
  size: { doc: 'How many lines become one.', format: 'nat', default: 100 },
  ageMs: { doc: 'After which time fewer do.', format: 'nat', default: 100 },
  snapshot: { doc: 'Whether what is gathered belongs to the check-points, or is supplied again.', default: false },
})

class Gather extends Cog {
  names = []
  bundle
  #timer = null

  start() {
    this.bundle ??= this.train.bundle()
    if (this.names.length > 0) this.#wait()
  }

  turn({ s, n }) {
    this.bundle.add()
    this.names.push(`${s} ${n}`)
    if (this.names.length >= this.options.size) this.#give()
    else this.#wait()
    return null
  }

  finish() {
    if (this.names.length > 0) this.#give()
  }

  #wait() {
    this.#timer ??= this.train.esc.after(this.options.ageMs, () => this.#give())
  }

  #give() {
    if (this.#timer !== null) this.train.esc.cancel(this.#timer)
    this.#timer = null
    const { names } = this
    this.names = []
    this.bundle.give({ bundle: names })
  }
}

/** The same, whose memory outlives a crash. */
class Remember extends Gather {
  snapshot() {
    return this.names
  }

  restore(names) {
    this.names = [...names]
    this.bundle = this.train.bundle(names.length)
  }
}

export default app({
  name: 'crash-aggregate',
  config: { ...commonConfig, bundle: bundleBaseConfig, output: lineDrainBaseConfig },
  build(train, { bundle, output, ...common }) {
    const gather = bundle.snapshot ? new Remember(train, bundle) : new Gather(train, bundle)
    parsedInput(train, common, gather, new FormatJson(train), new LineDrain(train, output))
  },
})
