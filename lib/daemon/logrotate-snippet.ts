/** What tells logrotate how to rotate the files of a daemon. */

/** Which files, and whose. */
export interface LogrotateOptions {
  readonly files: readonly string[]
  readonly pidFile: string
  /** Whose the fresh files are; null: whose the old ones were. */
  readonly user: string | null
  readonly group: string | null
}

/**
 * The text of the snippet. The old file is renamed, and the daemon opens a fresh one when it gets SIGUSR1; who gets it
 * is who has the pid file locked, for the number in the file of a killed daemon may be another process's by now.
 *
 * @example
 * const text = logrotateSnippet({ files: ['/var/log/a.log'], pidFile: '/run/a.pid', user: null, group: null })
 * assert.match(text, /kill -USR1/)
 */
export function logrotateSnippet({ files, pidFile, user, group }: LogrotateOptions): string {
  const pid = `'${pidFile.replaceAll("'", `'\\''`)}'`
  return `${files.map((file) => `"${file}"`).join(' ')} {
    daily
    rotate 14
    missingok
    notifempty
    compress
    delaycompress
    create${user === null ? '' : ` 0640 ${user} ${group ?? user}`}
    sharedscripts
    postrotate
        [ ! -s ${pid} ] || flock --nonblock --shared ${pid} true || kill -USR1 "$(cat ${pid})"
    endscript
}
`
}
