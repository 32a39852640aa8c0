/** What an operator may set about the log. */
import { insert } from '../settings/index.js'

/** Configuration insert of the log. */
export const logBaseConfig = insert({
  level: {
    doc: 'The least level that is written.',
    format: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    default: 'info',
  },
  file: { doc: 'The file to append to; stderr if there is none.', format: 'path', default: null },
  format: {
    doc: 'JSON lines, text for people, or auto: text if the log goes to a terminal.',
    format: ['auto', 'json', 'text'],
    default: 'auto',
  },
})
