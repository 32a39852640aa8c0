/** Calls a method by name on everybody who has it. */
import { toError } from '../../errors/index.js'

/**
 * Call the method of this name on all that have it, in their order.
 *
 * @throws {AggregateError} If some threw; all were called.
 */
export function tellAll(listeners: readonly object[], name: string, args: readonly unknown[]): void {
  const errors: unknown[] = []
  for (const listener of listeners) {
    const method: unknown = (listener as Record<string, unknown>)[name]
    if (typeof method !== 'function') continue
    try {
      ;(method as (...args: readonly unknown[]) => void).apply(listener, args as unknown[])
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length === 0) return
  const messages = errors.map((error) => toError(error).message).join('; ')
  throw new AggregateError(errors, `${errors.length} failed to hear ${name}: ${messages}`)
}
