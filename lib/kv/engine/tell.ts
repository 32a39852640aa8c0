/** Telling several, one after the other. */

/**
 * Tell one of several. Whoever throws when told fails by himself, as what nobody catches: the others are told all the
 * same.
 */
export function tell(say: () => void): void {
  try {
    say()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
