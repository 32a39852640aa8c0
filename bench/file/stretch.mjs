// What the workers of the file bench do: all that its app does between reading and writing.
import { itemGetter, itemSetter } from 'deadbeat'
import { Anonymise } from 'deadbeat/cogs/anonymise'
import { Filter } from 'deadbeat/cogs/filter'
import { FormatJson } from 'deadbeat/cogs/format-json'
import { ParseJson } from 'deadbeat/cogs/parse-json'
import { ParseTime } from 'deadbeat/cogs/parse-time'

export default (train) => [
  new ParseJson(train),
  new Anonymise(train),
  new ParseTime(train, { formats: ['unix'], getter: itemGetter('ts'), setter: itemSetter('time') }),
  new Filter(train, { field: 'level', equals: 'info' }),
  new FormatJson(train),
]
