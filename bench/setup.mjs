// node bench/setup.mjs: installs what the benches compare with. npm's into bench/peers/node_modules; as root on Debian
// also rsyslog, syslog-ng and mawk. Nothing of it is needed to run Deadbeat, and a peer that is missing is named as such.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isInstalled, root } from './processes.mjs'
import { SYSLOG_NG } from './peers/daemons.mjs'

const peers = `${root}bench/peers`

function run(command, args, cwd = peers) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' })
  return status === 0
}

/** What apt installs must not start daemons. */
function withoutStarting(install) {
  const policy = '/usr/sbin/policy-rc.d'
  const wasThere = existsSync(policy)
  if (!wasThere) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return install()
  } finally {
    if (!wasThere) rmSync(policy)
  }
}

/** Debian's syslog-ng conflicts with its rsyslog, so that one is unpacked beside the other and never installed. */
function unpackSyslogNg() {
  const directory = mkdtempSync(join(tmpdir(), 'deadbeat-debs-'))
  try {
    if (!run('apt-get', ['download', '-q', 'syslog-ng-core'], directory)) return false
    const [archive] = readdirSync(directory)
    return run('dpkg-deb', ['-x', join(directory, archive), SYSLOG_NG])
  } finally {
    rmSync(directory, { recursive: true })
  }
}

let isComplete = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
if (process.getuid() !== 0 || !isInstalled('apt-get')) {
  process.stdout.write('rsyslog, syslog-ng and mawk: left out, as only root on Debian can install them here\n')
} else {
  const libraries = ['libivykis0', 'libnet1', 'libwrap0', 'libpcre3', 'libcap2', 'libjson-c5']
  isComplete &&= run('apt-get', ['update', '-q'])
  isComplete &&= withoutStarting(() =>
    run('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'rsyslog', 'mawk', ...libraries]),
  )
  isComplete &&= existsSync(SYSLOG_NG) || unpackSyslogNg()
}
process.exit(isComplete ? 0 : 1)
