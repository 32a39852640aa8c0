import { existsSync } from 'node:fs'
import { hostCommand, hostFile, limited, permissionFlags } from '../../../lib/runner/host/command.js'
import { JOB_LIMITS } from '../../../lib/runner/host/limits.js'

const limits = { ...JOB_LIMITS, memoryBytes: 128 * 2 ** 20, cpuSeconds: 1.5, openFiles: 40 }
const NOTHING = { prlimit: null, setpriv: null, confine: null }

test('the program of a job is one file that is built', () => {
  expect(existsSync(hostFile())).toBe(true)
})

test('without tools a job has what Node itself can keep from it', () => {
  const { program, args } = hostCommand('/host.cjs', null, limits, 'plain', NOTHING)
  expect(program).toBe(process.execPath)
  expect(args).toContain('--max-old-space-size=64')
  expect(args).toContain('--allow-fs-read=/host.cjs')
  expect(args).toContain('--freeze-flags-after-init')
  expect(args.at(-1)).toBe('/host.cjs')
  const flag = process.allowedNodeEnvironmentFlags.has('--allow-addons') ? ['--allow-addons'] : []
  const its = (native: string | null) => hostCommand('/host.cjs', native, limits, 'plain', NOTHING).args
  expect(its('/native.node').filter((word) => word.includes('--allow-addons'))).toEqual(flag)
  expect(its(null).filter((word) => word.includes('addons'))).toEqual([])
})

test('tools go before it, each with its limits', () => {
  const { program, args } = limited(['node', 'x'], limits, { ...NOTHING, prlimit: '/p', setpriv: '/s' })
  expect([program, ...args].join(' ')).toBe(
    '/p --data=134217728 --cpu=2:3 --nofile=40 --core=0 -- /s --pdeathsig KILL --no-new-privs -- node x',
  )
})

test('confined, it has nothing of the machine but Node, its libraries and the program', () => {
  const { program, args } = hostCommand('/host.cjs', '/native.node', limits, 'confined', {
    ...NOTHING,
    confine: { by: 'bwrap', path: '/b' },
  })
  expect(program).toBe('/b')
  expect(args).toContain('--unshare-all')
  expect(args).not.toContain('--dev-bind')
  const bound = args.filter((_, i) => args[i - 1]?.startsWith('--ro-bind') === true)
  expect(bound.filter((path) => !/^\/(usr\/(local\/)?)?lib(64)?$/.test(path))).toEqual([
    process.execPath,
    '/host.cjs',
    '/native.node',
  ])
  expect(
    hostCommand('/h', null, limits, 'confined', { ...NOTHING, confine: { by: 'unshare', path: '/u' } }),
  ).toMatchObject({
    program: '/u',
    args: expect.arrayContaining(['--net', '--pid']) as string[],
  })
  expect(() => hostCommand('/h', null, limits, 'confined', NOTHING)).toThrow(
    'needs bwrap (package bubblewrap), or unshare',
  )
})

test('permissions are spelt as this Node spells them, and only a plain job has the network where Node can take it', () => {
  const newer = new Set(['--permission', '--allow-net'])
  const withDatabase = permissionFlags('/a', 'plain', new Set(['--no-experimental-sqlite']))
  expect(withDatabase.at(-1)).toBe('--no-experimental-sqlite')
  expect(permissionFlags('/a', 'plain', new Set())).toEqual(['--experimental-permission', '--allow-fs-read=/a'])
  expect(permissionFlags('/a', 'plain', newer)).toEqual(['--permission', '--allow-fs-read=/a', '--allow-net'])
  expect(permissionFlags('/a', 'confined', newer)).toEqual(['--permission', '--allow-fs-read=/a'])
})
