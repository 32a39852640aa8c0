/** The options that the commands for daemons share. */
import { InvalidArgumentError, Option } from 'commander'
import { formatRules } from '../conf/formats.js'

/** What APP is, in every help. */
export const APP = "the app's file, with or without its ending; or the name of one that comes with Deadbeat"

/** What may follow, in every help. */
export const SETTINGS = '--config FILE, --state-dir DIR, --runtime-dir DIR, or any setting of the app, as for run'

/** A duration as an option, in ms; `40s`, `5m` or `250`. */
export function duration(text: string): number {
  const value = formatRules.duration.read(text)
  if (typeof value !== 'number') throw new InvalidArgumentError(`It must be ${formatRules.duration.rule}.`)
  return value
}

/** A count as an option. */
export function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of at least 0.')
  return Number(text)
}

/** What names a database elsewhere, for who looks for `--url`. */
export function kvOption(): Option {
  return new Option('--kv <url>').hideHelp().argParser(() => {
    throw new InvalidArgumentError('The store is named by --url here.')
  })
}
