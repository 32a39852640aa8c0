/** Items in lines: what each is, whether it may be set, and what it means. */
import { escapeControls } from '../../errors/escape-controls.js'
import type { Description } from '../../items/index.js'

/**
 * @example
 * const about = { type: 'numeric', units: 'ms', range: null, choices: null, isSettable: true, isStream: false }
 * assert.equal(listText([{ key: 'delay', doc: 'How long.', ...about }]), 'delay  numeric, ms, settable: How long.\n')
 */
export function listText(described: readonly Description[]): string {
  const width = Math.max(...described.map(({ key }) => key.length))
  const line = ({ key, type, units, choices, isSettable, isStream, doc }: Description): string => {
    const kind = choices === null ? type : choices.join('|')
    const more = [units, isSettable ? 'settable' : null, isStream ? 'stream' : null].filter((part) => part !== null)
    const about = doc === '' ? '' : `: ${doc}`
    return `${escapeControls(`${key.padEnd(width)}  ${[kind, ...more].join(', ')}${about}`)}\n`
  }
  return described.map(line).join('')
}
