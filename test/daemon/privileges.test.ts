import { expect, test } from '@jest/globals'
import { becomeGroups, becomeUser, identityOf } from '../../lib/daemon/privileges.js'
import { runScript, FROM_SOURCE } from '../support/child.js'
import { isRoot, NOBODY } from '../support/daemons.js'

const none = { user: null, group: null }

test('nothing is to change if nobody else is meant', () => {
  expect(identityOf(none)).toBeNull()
  const own = String(process.getuid?.())
  // The superuser's groups are set anew even then.
  expect(identityOf({ user: own, group: String(process.getgid?.()) }) === null).toBe(!isRoot)
})

test('a name that nobody has is a wrong configuration, before anything was changed', () => {
  expect(() => identityOf({ user: 'no-such-one', group: null })).toThrow('daemon.user must be')
  expect(() => identityOf({ user: null, group: 'no-such-one' })).toThrow('daemon.group must be')
})

/** In a process of its own, which can't come back from it: what it says after becoming somebody, or why not. */
async function become(settings: object, then: string, first = '') {
  const body = `const { identityOf, becomeGroups, becomeUser } = await import(source + 'lib/daemon/privileges.ts')
    const { readFileSync } = await import('node:fs')
    const tried = (act) => { try { act(); return 'done' } catch (error) { return error.code } }
    try {
      ${first}
      const identity = identityOf(${JSON.stringify(settings)})
      becomeGroups(identity)
      becomeUser(identity)
      ${then}
    } catch (error) { console.log(JSON.stringify([error.code, error.exitCode, error.message])) }`
  const { lines, errors } = await runScript(body, FROM_SOURCE)
  expect(errors).toBe('')
  return JSON.parse(lines[0] ?? 'null') as unknown
}

const LOOK = `const status = readFileSync('/proc/self/status', 'latin1')
  const field = (name) => new RegExp('^' + name + ':\\\\s+(.*?)\\\\s*$', 'm').exec(status)[1]
  console.log(JSON.stringify({
    uids: field('Uid'), gids: field('Gid'), groups: field('Groups'),
    caps: ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'].map((name) => BigInt('0x' + field(name)) === 0n),
    back: [tried(() => process.setuid(0)), tried(() => process.seteuid(0)), tried(() => process.setgid(0)),
      tried(() => process.setgroups([0])), tried(() => readFileSync('/etc/shadow'))],
    environment: [process.env.USER, process.env.LOGNAME, process.env.HOME],
  }))`

const ids = (id: number) => Array(4).fill(id).join('\t')

// What only the superuser can show is shown to others as refused.
const asRoot = isRoot ? test : null
asRoot?.('privileges are gone and cannot be regained, in no thread', async () => {
  const threads = `const { Worker } = await import('node:worker_threads'); const { readdirSync } = await import('node:fs')
    await new Promise((resolve) => new Worker('setInterval(() => 0, 1000)', { eval: true }).once('online', resolve))
    ${LOOK.replace(
      'back:',
      `threads: [...new Set(readdirSync('/proc/self/task').map((id) =>
        /^Uid:\\s+(.*)$/m.exec(readFileSync('/proc/self/task/' + id + '/status', 'latin1'))[1]))],
      back:`,
    )}
    process.exit()`
  expect(await become({ user: 'nobody', group: null }, threads)).toEqual({
    uids: ids(NOBODY),
    gids: ids(NOBODY),
    groups: String(NOBODY),
    caps: [true, true, true, true],
    threads: [ids(NOBODY)],
    back: ['EPERM', 'EPERM', 'EPERM', 'EPERM', 'EACCES'],
    environment: ['nobody', 'nobody', '/nonexistent'],
  })
})

asRoot?.('a number that no list has is alone in its group, and a group may be another', async () => {
  expect(await become({ user: '4711', group: 'daemon' }, LOOK)).toMatchObject({
    uids: ids(4711),
    gids: ids(1),
    groups: '1',
  })
})

asRoot?.('a process that could go back does not go on', async () => {
  const kept = `process.setuid = () => process.seteuid(4711)`
  expect(await become({ user: '4711', group: null }, LOOK, kept)).toEqual([
    'ERR_PRIVILEGES',
    77,
    expect.stringMatching(
      /^privileges must be gone as user 4711: the user is another, CapPrm is \w+, it can become user 0/,
    ),
  ])
})

asRoot?.('with io_uring on, where a change is refused, it says what to do', () => {
  const identity = { user: null, gid: 1 }
  const refused = Object.assign(new Error('no'), { code: 'ERR_INVALID_STATE' })
  const { setgid } = process
  Object.assign(process, { setgid: () => { throw refused } }) // prettier-ignore
  try {
    expect(() => becomeUser(identity)).toThrow('cannot become group 1: no; UV_USE_IO_URING must not be set')
  } finally {
    Object.assign(process, { setgid })
  }
})

test('an ordinary user cannot become another, and is told', async () => {
  const before = isRoot ? 'process.setgroups([4711]); process.setgid(4711); process.setuid(4711)' : ''
  const own = isRoot ? 4711 : (process.getuid?.() ?? 0)
  expect(await become({ user: 'root', group: null }, LOOK, before)).toEqual([
    'EPERM',
    77,
    expect.stringContaining(`only the superuser can become user 0 of group 0: this is user ${own} of group`),
  ])
})

test('the groups of somebody can be set by the superuser only', () => {
  if (isRoot) return
  expect(() => becomeGroups({ user: null, gid: 1 })).toThrow('cannot become a member of group 1 alone')
})
