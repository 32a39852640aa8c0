/** What an operator may set about looking at a daemon and steering it. */
import { insert } from '../settings/index.js'

/** Configuration insert of the control socket. */
export const controlBaseConfig = insert({
  enabled: {
    doc: 'Whether there is a control socket, for status, reload, get, set, watch, top, tap.',
    format: 'boolean',
    default: true,
  },
  socket: { doc: 'Its path; not set: control.sock in the runtime directory.', format: 'path', default: null },
  mode: {
    doc: 'The permissions of the socket; more than 0600 only with rights, and in a directory that others may enter.',
    format: 'octal',
    default: '0600',
  },
  rights: {
    doc: 'The file that says who else than its own user may read, set and call what; not set: nobody.',
    format: 'path',
    default: null,
  },
  audit: {
    doc: 'The file that each set and each call over the socket is written down in, as JSON lines; not set: the log.',
    format: 'path',
    default: null,
  },
})

/** Configuration insert of the metrics. */
export const metricsBaseConfig = insert({
  listen: {
    doc: 'Where metrics are served for Prometheus, at /metrics, as 127.0.0.1:9464; not set: nowhere.',
    format: 'endpoint',
    default: null,
  },
  token: {
    doc: 'The bearer token that has to be shown; it must be set where other machines can ask.',
    format: 'string',
    default: null,
    sensitive: true,
  },
})
