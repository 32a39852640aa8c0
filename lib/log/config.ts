/** What an operator may set about the log. */
import { insert } from '../settings/index.js'
import { LEVELS } from './levels.js'
import { FACILITIES } from './syslog-facilities.js'

/** Configuration insert of the log. */
export const logBaseConfig = insert({
  level: {
    doc: 'The least level that is written.',
    format: LEVELS,
    default: 'info',
    live: true,
  },
  levels: {
    doc: 'The least levels of single cogs, by their names: {"Dedupe": "debug"}.',
    format: 'object',
    default: {},
    live: true,
  },
  file: {
    doc: 'The file to append to. Without file, syslog and journal the log goes to stderr.',
    format: 'path',
    default: null,
  },
  format: {
    doc: 'Of the file and of stderr: JSON lines, text for people, or auto: text on a terminal.',
    format: ['auto', 'json', 'text'],
    default: 'auto',
  },
  syslog: {
    address: { doc: 'The syslog server: /dev/log, udp://HOST:514 or tcp://HOST:601.', format: 'text', default: null },
    facility: {
      doc: 'The facility of the messages.',
      format: FACILITIES,
      default: 'daemon',
    },
    format: {
      doc: 'RFC 5424, the older local form that servers expect of /dev/log, or auto: by the address.',
      format: ['auto', 'rfc5424', 'local'],
      default: 'auto',
    },
    framing: {
      doc: 'How messages are told apart over TCP: by their length before them, or as lines.',
      format: ['length', 'line'],
      default: 'length',
    },
    messageMax: { doc: 'Longer messages are cut, in bytes.', format: 'size', default: 8192, min: 480, max: 65_000 },
  },
  journal: {
    doc: 'The socket of the systemd journal: /run/systemd/journal/socket. It is found by itself where stderr is the journal.',
    format: 'path',
    default: null,
  },
  name: {
    doc: "What the program is called at syslog and in the journal; the app's name if nothing is set.",
    format: 'text',
    default: null,
  },
  rate: {
    linesMax: {
      doc: 'How many lines with one message of one cog are written in a window; the rest is counted. 0: all.',
      format: 'nat',
      default: 100,
      live: true,
    },
    windowMs: { doc: 'How long a window is.', format: 'duration', default: 10_000, min: 1, live: true },
    messagesMax: {
      doc: 'How many different messages are counted at once; the oldest goes.',
      format: 'nat',
      default: 1000,
      min: 1,
      live: true,
    },
  },
  waitingMax: {
    doc: 'How much waits while a destination fails, in bytes; lines beyond are counted, and the count is logged.',
    format: 'size',
    default: 1_048_576,
  },
})
