// The main job on the sample input, from a fresh clone, with nothing but Node and npm. Shows what happens, where the
// result is and what to type next.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { build, buildNative, giveUp, installPackages, requireNode, root, run } from './steps.mjs'

const INPUT = 'apps/sample/requests.jsonl'
const OUTPUT = 'var/demo/shaped.jsonl'
const DEAD = 'var/demo/dead.jsonl'

requireNode()
say('Deadbeat demo\n')
step(
  'installing packages',
  () => installPackages(),
  'the packages could not be installed: is the npm registry within reach?',
)
// Without a C compiler everything works, too: files are then watched by polling.
step('compiling the native binding', () => process.platform !== 'linux' || buildNative({ quiet: true }), null)
step('building', () => build({ quiet: true }), 'the build failed')

rmSync(`${root}var/demo`, { recursive: true, force: true })
mkdirSync(`${root}var/demo`, { recursive: true })
const settings = ['--input.filenames', INPUT, '--input.follow=false', '--output.path', OUTPUT, '--dead.path', DEAD]
const command = ['run', 'apps/shape-json', ...settings, '--state-dir', 'var/demo', '--log.level', 'fatal']
say(`\n$ npx deadbeat ${command.join(' ')}\n`)
if (!run(process.execPath, ['dist/lib/cli/main.js', ...command])) process.exit(70)

const input = lines(INPUT)
const output = lines(OUTPUT)
const dead = lines(DEAD)
const [shaped] = output
const { id } = JSON.parse(shaped)
say(`It read ${input.length} lines of ${INPUT}; each was parsed, its address cut to the network, its time written
for people, and kept if its level is info. One of them:

  in   ${input.find((line) => line.startsWith(`{"id":${id},`))}
  out  ${shaped}

${output.length} lines are in ${OUTPUT},
${input.length - output.length - dead.length} of another level were left out,
${dead.length} could not be read and are kept with their reason in ${DEAD}:
`)
for (const line of dead) {
  const { cog, error } = JSON.parse(line)
  say(`  ${cog}: ${error}`)
}
say(`
Next:
  cat apps/shape-json.ts                       the whole app
  npx deadbeat run apps/shape-json --help      what can be set
  npx deadbeat run apps/hello                  the smallest app there is
  less README.md                               the tutorial: an app of your own in ten minutes`)

function say(text) {
  process.stdout.write(`${text}\n`)
}

function step(name, work, failure) {
  const start = Date.now()
  const isDone = work()
  if (!isDone && failure !== null) giveUp(failure)
  say(`  ${name}: ${isDone ? `${((Date.now() - start) / 1000).toFixed(1)} s` : 'not possible here, going on without'}`)
}

function lines(path) {
  return readFileSync(`${root}${path}`, 'utf8').trimEnd().split('\n')
}
