/** A value as people read it, on one line. */
import { escapeControls } from '../../errors/escape-controls.js'

/** Text as it is, everything else as JSON; control characters escaped. */
export function showValue(value: unknown): string {
  return escapeControls(typeof value === 'string' ? value : JSON.stringify(value))
}
