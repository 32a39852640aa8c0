import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const packageRoot = fileURLToPath(new URL('..', import.meta.url))
const hasCompiler = process.platform === 'linux' && spawnSync('cc', ['-dumpmachine']).status === 0

/** Build a copy of the native part, in a directory of its own. */
function withCopy(
  body: (copy: { root: string; build: (env?: NodeJS.ProcessEnv, ...flags: string[]) => string }) => void,
) {
  return () => {
    const root = mkdtempSync(join(tmpdir(), 'inotify-ts-'))
    for (const part of ['native', 'scripts']) cpSync(join(packageRoot, part), join(root, part), { recursive: true })
    const build = (env: NodeJS.ProcessEnv = {}, ...flags: string[]): string => {
      const script = join(root, 'scripts', 'build.mjs')
      const ended = spawnSync(process.execPath, [script, ...flags], {
        encoding: 'utf8',
        env: { ...process.env, ...env },
      })
      return `${ended.status ?? 'killed'} ${ended.stdout}${ended.stderr}`
    }
    try {
      body({ root, build })
    } finally {
      rmSync(root, { recursive: true })
    }
  }
}

if (process.platform === 'linux') {
  test(
    'says which compiler is missing and what to install',
    withCopy(({ root, build }) => {
      const said = build({ CC: '/nowhere/cc' })
      expect(said).toMatch(/^1 inotify-ts: no C compiler: '\/nowhere\/cc -dumpmachine' failed \(ENOENT\)/)
      expect(said).toContain('build-essential')
      expect(existsSync(join(root, 'build'))).toBe(false)
    }),
  )
} else {
  test(
    'has nothing to build where there is no Linux',
    withCopy(({ build }) => expect(build()).toMatch(/^0 inotify-ts: nothing to build/)),
  )
}

if (hasCompiler) {
  test(
    'compiles without a warning, and a second time only what has changed',
    withCopy(({ root, build }) => {
      const output = join(root, 'build', 'Release', 'inotify_ts.node')
      expect(build()).toMatch(/^0 inotify-ts: built build\/Release\/inotify_ts\.node for \S+\n$/)
      const { mtimeMs } = statSync(output)
      expect(build({ CC: '/nowhere/cc' })).toBe('0 inotify-ts: build/Release/inotify_ts.node is up to date\n')
      expect(statSync(output).mtimeMs).toBe(mtimeMs)
      // The source may be older than the binary, and another all the same.
      appendFileSync(join(root, 'native', 'args.h'), '\n')
      utimesSync(join(root, 'native', 'args.h'), 0, 0)
      expect(build()).toContain('built build/Release')
      writeFileSync(output, '')
      expect(build()).toContain('built build/Release')
      expect(readdirSync(join(root, 'build', 'Release'))).toEqual(['inotify_ts.node'])
    }),
  )

  test(
    'names a prebuilt binary after the target of the compiler',
    withCopy(({ root, build }) => {
      mkdirSync(join(root, 'prebuilds'))
      expect(build({}, '--prebuild')).toMatch(
        /^0 inotify-ts: built prebuilds\/linux-\w+\/inotify-ts\.(glibc|musl)\.node /,
      )
      expect(existsSync(join(root, 'build'))).toBe(false)
    }),
  )
}
