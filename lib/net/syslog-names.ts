/** The names of facilities and severities, each at the place of its number (RFC 5424, section 6.2.1). */

/** From kern (0) to local7 (23). */
export const FACILITIES =
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp security console solaris-cron local0 local1 local2 local3 local4 local5 local6 local7'.split(
    ' ',
  )

/** From emerg (0) to debug (7). */
export const SEVERITIES = 'emerg alert crit err warning notice info debug'.split(' ')
