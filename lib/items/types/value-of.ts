/** The TypeScript types that an item's description gives. */
import type { ValueRules } from './value-rules.js'

/** The type of the values of a description. Enumerated: its numbers; a string with choices: these. */
export type ValueOf<D> = D extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : D extends { readonly type: 'enumerated'; readonly enumerators: infer E }
    ? NumberOf<keyof E>
    : D extends { readonly type: infer Type extends keyof Types }
      ? Types[Type]
      : unknown

/** The labels of a description. */
export type LabelOf<D extends ValueRules> = D extends { readonly enumerators: infer E } ? E[keyof E] : never

interface Types {
  boolean: boolean
  enumerated: number
  mask: number
  numeric: number
  'numeric array': readonly number[]
  string: string
}

type NumberOf<Key> = Key extends number ? Key : Key extends `${infer Number extends number}` ? Number : never
