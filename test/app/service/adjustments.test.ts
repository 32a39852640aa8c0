import { expect, test } from '@jest/globals'
import { adjust, adjustmentsOf } from '../../../lib/app/service/adjustments.js'
import { Cog, insert, type Settings, type Train, type Winder } from '../../../lib/movement/index.js'
import { testTrain } from '../../../lib/testing/index.js'
import { lineOf } from '../../support/engine-kit.js'
import { ListDrain, NumberSupply, type Numbered } from '../../support/crash-train/world.js'

const paintBaseConfig = insert({
  colour: { doc: 'Which.', format: 'string', default: 'red', live: true },
  only: { doc: 'Where.', format: 'regexp', default: null },
  edge: { width: { doc: 'How wide.', format: 'nat', default: 1, live: true } },
})
type PaintOptions = Settings<typeof paintBaseConfig>

class Paint extends Cog<Numbered, Numbered, PaintOptions> {
  static readonly baseConfig = paintBaseConfig
  heard: readonly string[] = []

  turn(data: Numbered): Numbered[] {
    return [data]
  }

  override adjusted(changed: readonly string[]): void {
    this.heard = changed
  }
}

function build(make: (train: Winder) => unknown[] = (train) => [paint(train)]) {
  const { train } = testTrain()
  const cogs = make(train)
  lineOf(train.line, new NumberSupply(train, { count: 1 }), ...cogs, new ListDrain(train, [], { isOver: false }))
  return { train, cogs }
}

const paint = (train: Winder, options: Partial<PaintOptions> = {}): Paint =>
  new Paint(train, { colour: 'red', only: /a/, edge: { width: 1 }, ...options })

const between = (one: Train, other: Train, changed: string[]) =>
  adjustmentsOf(one.wind().places, other.wind().places, changed)

test('what differs by live settings alone is set in place, and the cog hears which', () => {
  const { train, cogs } = build()
  const other = build((made) => [paint(made, { colour: 'green', edge: { width: 2 } })])
  const adjustments = between(train, other.train, ['paint.colour', 'paint.edge.width'])
  expect(adjustments?.map(({ cog }) => cog)).toEqual(['Paint'])
  adjust(adjustments ?? [])
  const [cog] = cogs as [Paint]
  expect([cog.options.colour, cog.options.edge.width, cog.heard]).toEqual(['green', 2, ['colour', 'edge.width']])
})

test.each([
  ['a setting that is not live', (train: Winder) => [paint(train, { only: /b/ })], ['paint.only']],
  ['one that shows nowhere', (train: Winder) => [paint(train)], ['mine.own']],
  ['one more cog', (train: Winder) => [paint(train), (d: unknown) => [d]], ['paint.colour']],
  ['a cog of another class', () => [(d: unknown) => [d]], ['paint.colour']],
])('it takes another train where there is %s', (_, make, changed) => {
  expect(between(build().train, build(make).train, changed)).toBeNull()
})

test('the same regular expression is no difference', () => {
  expect(between(build().train, build().train, [])).toEqual([])
})

test('where two settings of one name changed and one cog shows it, the other is not passed over', () => {
  const { train } = build()
  const other = build((made) => [paint(made, { colour: 'green' })])
  expect(between(train, other.train, ['paint.colour', 'border.colour'])).toBeNull()
  expect(between(train, other.train, ['paint.colour'])).toHaveLength(1)
})
