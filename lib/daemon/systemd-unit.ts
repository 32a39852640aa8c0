/** The unit that lets systemd run an app: with readiness, watchdog and reload, and no more rights than it needs. */

/** What differs from app to app. */
export interface UnitOptions {
  /** The app's name; the unit is called `deadbeat-NAME.service`. */
  readonly name: string
  /** One sentence of what it does; may be empty. */
  readonly doc: string
  /** The program and its arguments, all paths absolute. */
  readonly command: readonly string[]
  readonly directory: string
  /** Null: one that systemd makes up while it runs. */
  readonly user: string | null
  readonly group: string | null
  /** Further groups, whose files it may read. */
  readonly groups: readonly string[]
  /** The only paths that it may write to, besides its state and its runtime directory. */
  readonly writes: readonly string[]
  readonly umask: number
  readonly startTimeoutMs: number
  readonly stopTimeoutMs: number
  /** Whether it may shut its children in by namespaces of their own. */
  readonly mayIsolate?: boolean
}

/** Exit codes after which a second try would end the same: usage, a datum that stops the train, permission, configuration. */
const LASTING = [64, 65, 77, 78]

/** Beyond the time that the train takes to stop. */
const SPARE_MS = 10_000

/**
 * The text of the unit.
 *
 * @example
 * assert.match(systemdUnit({
 *   name: 'a', doc: '', command: ['/usr/bin/node', '/opt/a 1.js'], directory: '/', user: null, group: null,
 *   groups: [], writes: [], umask: 0o027, startTimeoutMs: 30_000, stopTimeoutMs: 30_000,
 * }), /^ExecStart=\/usr\/bin\/node "\/opt\/a 1.js"$/m)
 */
export function systemdUnit(options: UnitOptions): string {
  const { name, doc, directory, user, group, groups, writes } = options
  const own = `deadbeat/${name}`
  return `[Unit]
Description=${specifier(doc === '' ? `Deadbeat: ${name}` : doc)}
After=network-online.target nss-lookup.target
Wants=network-online.target

[Service]
Type=notify
NotifyAccess=main
ExecStart=${options.command.map(argument).join(' ')}
ExecReload=/bin/kill -HUP $MAINPID
WorkingDirectory=${specifier(directory)}
WatchdogSec=30s
TimeoutStartSec=${seconds(options.startTimeoutMs)}
TimeoutStopSec=${seconds(options.stopTimeoutMs + SPARE_MS)}
KillMode=mixed
Restart=on-failure
RestartSec=2s
RestartPreventExitStatus=${LASTING.join(' ')}
LimitNOFILE=65536

# Who it is.
${[
  ...(user === null ? ['DynamicUser=yes'] : [`User=${specifier(user)}`]),
  ...(group === null ? [] : [`Group=${specifier(group)}`]),
  ...(groups.length === 0 ? [] : [`SupplementaryGroups=${groups.map(specifier).join(' ')}`]),
].join('\n')}
UMask=0${options.umask.toString(8)}

# What it may write to: nothing else.
StateDirectory=${own}
StateDirectoryMode=0700
RuntimeDirectory=${own}
RuntimeDirectoryMode=0700
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
${writes.map((path) => `ReadWritePaths=${argument(path)}\n`).join('')}
# What it may do.
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=${options.mayIsolate === true ? 'no' : 'yes'}
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
# Not MemoryDenyWriteExecute: V8 compiles while it runs.

# What it sees.
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RemoveIPC=yes

[Install]
WantedBy=multi-user.target
`
}

/** A percent sign begins a specifier, but for one that the caller means as such: `%t`, the runtime directory. */
function specifier(text: string): string {
  return text.replaceAll('\n', ' ').replace(/%(?!t\/)/g, '%%')
}

/** One word of a command line, as systemd reads it. */
function argument(text: string): string {
  const word = specifier(text).replaceAll('$', '$$$$')
  return /^[\w@%+=:,./$-]+$/.test(word) ? word : `"${word.replace(/[\\"]/g, '\\$&')}"`
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)}s`
}
