// Compiles the native part: node scripts/build.mjs [--prebuild]
//
// Without a flag into build/Release, for this checkout; with --prebuild into prebuilds/, for the packed package. CC
// names another compiler, which also makes a cross compilation: its target decides the name of a prebuilt binary.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const nativeDir = join(root, 'native')
const compiler = process.env.CC || 'cc'
const ARCHES = {
  x86_64: 'x64',
  aarch64: 'arm64',
  i686: 'ia32',
  arm: 'arm',
  armv7l: 'arm',
  riscv64: 'riscv64',
  powerpc64le: 'ppc64',
  s390x: 's390x',
  loongarch64: 'loong64',
}

function say(text) {
  console.log(`inotify-ts: ${text}`)
}

function fail(text) {
  console.error(`inotify-ts: ${text}`)
  process.exit(1)
}

function findHeaders() {
  const nodedir = process.env.npm_config_nodedir
  const places = [
    join(dirname(process.execPath), '..', 'include', 'node'),
    '/usr/include/node',
    ...(nodedir ? [join(nodedir, 'include', 'node')] : []),
    join(homedir(), '.cache', 'node-gyp', process.versions.node, 'include', 'node'),
  ]
  const found = places.find((place) => ['node_api.h', 'uv.h'].every((name) => existsSync(join(place, name))))
  if (found) return found
  return fail(
    `no headers of Node (node_api.h and uv.h) in ${places.join(', ')}. ` +
      "Install Node's official archive or your distribution's libnode-dev, " +
      'or set npm_config_nodedir to a directory that has include/node.',
  )
}

function compilerTarget() {
  const { error, status, stdout } = spawnSync(compiler, ['-dumpmachine'], { encoding: 'utf8' })
  if (error || status !== 0) {
    fail(
      `no C compiler: '${compiler} -dumpmachine' failed (${error?.code ?? `status ${status}`}). ` +
        'Install gcc (package gcc or build-essential, on Alpine build-base), or set CC.',
    )
  }
  return stdout.trim()
}

/** musl-gcc is a wrapper that calls itself by gcc's target, so the headers are asked. */
function libcOf() {
  const { stdout } = spawnSync(compiler, ['-E', '-P', '-'], {
    input: '#include <features.h>\nlibc=__GLIBC__',
    encoding: 'utf8',
  })
  return /libc=\d/.test(stdout ?? '') ? 'glibc' : 'musl'
}

function prebuiltPath(target) {
  const arch = ARCHES[target.split('-')[0]] ?? process.arch
  return join(root, 'prebuilds', `linux-${arch}`, `inotify-ts.${libcOf()}.node`)
}

/** What a binary was made of, and what it is: times say nothing where files are copied, or taken from an older commit. */
function stampOf(output, inputs) {
  const hash = createHash('sha256')
  for (const file of [...inputs, output])
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  return hash.digest('hex')
}

function isFresh(output, inputs) {
  if (!existsSync(output) || !existsSync(stamp)) return false
  return readFileSync(stamp, 'utf8') === stampOf(output, inputs)
}

if (process.platform !== 'linux') {
  say(`nothing to build: the native part needs Linux and this is ${process.platform}. The loader answers null here.`)
  process.exit(0)
}

const files = readdirSync(nativeDir).sort()
const sources = files.filter((name) => name.endsWith('.c')).map((name) => join(nativeDir, name))
const inputs = [...files.map((name) => join(nativeDir, name)), fileURLToPath(import.meta.url)]
const isPrebuild = process.argv.includes('--prebuild')
const output = isPrebuild ? prebuiltPath(compilerTarget()) : join(root, 'build', 'Release', 'inotify_ts.node')
const stamp = join(root, 'build', 'inotify_ts.stamp')
if (!isPrebuild && isFresh(output, inputs)) {
  say(`${relative(root, output)} is up to date`)
  process.exit(0)
}

const target = compilerTarget()
mkdirSync(dirname(output), { recursive: true })
// Renamed at the end: a process that has the old binary mapped must not see it change.
const unfinished = `${output}.${process.pid}`
const { error, status } = spawnSync(
  compiler,
  [
    ...['-std=gnu11', '-Wall', '-Wextra', '-Werror=implicit', '-O2', '-fvisibility=hidden', '-fPIC', '-shared', '-s'],
    ...['-DNAPI_VERSION=8', '-D_GNU_SOURCE', '-isystem', findHeaders(), '-o', unfinished],
    ...sources,
  ],
  { stdio: 'inherit' },
)
if (error || status !== 0) {
  rmSync(unfinished, { force: true })
  fail(`'${compiler}' failed (${error?.code ?? `status ${status}`}) on ${relative(root, nativeDir)}`)
}
renameSync(unfinished, output)
if (!isPrebuild) writeFileSync(stamp, stampOf(output, inputs))
say(`built ${relative(root, output)} for ${target}`)
