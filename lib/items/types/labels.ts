/** Numbers with labels. */
import type { ValueRules } from './value-rules.js'

const WHOLE = /^(?:0|-?[1-9]\d{0,15})$/

/** The numbers of a description and their labels, in its order. A name that is no number, as `None`, is left out. */
export function labelsOf({ enumerators = {} }: ValueRules): readonly (readonly [number, string])[] {
  return Object.entries(enumerators).flatMap(([key, label]) => (WHOLE.test(key) ? [[Number(key), label] as const] : []))
}

/**
 * The number that has a label; case and spaces around it don't matter. Null: none has.
 *
 * @example
 * assert.equal(numberOf(' ON ', [[0, 'off'], [1, 'On']]), 1)
 */
export function numberOf(text: string, labels: readonly (readonly [number, string])[]): number | null {
  const wanted = text.trim().toLowerCase()
  return labels.find(([, label]) => label.trim().toLowerCase() === wanted)?.[0] ?? null
}

/** The label of a number; null: it has none. */
export function labelOf(number: number, labels: readonly (readonly [number, string])[]): string | null {
  return labels.find(([one]) => one === number)?.[1] ?? null
}

/** What may be asked for, for a message: labels by their numbers. */
export function listLabels(labels: readonly (readonly [number, string])[]): string {
  return labels.map(([number, label]) => `${number} (${label})`).join(', ')
}
