import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { SCRIPTS, type Shell } from '../../../lib/cli/completion/scripts.js'
import { environment, scratch } from '../../app/scratch.js'

/** Stands for the command: it says with which words it was asked, and answers what is in `$ANSWER`. */
const FAKE = `deadbeat() { printf '<%s>' "$@" >&3; printf "$ANSWER"; }`

/** Complete the last word in a real bash. Answers what it was asked with, and what it would put there. */
function bash(words: readonly string[], answer: string, setUp = '') {
  const script = `${FAKE}
    ${SCRIPTS.bash}
    ${setUp}
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _deadbeat
    printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr, output } = spawnSync('bash', ['-c', script, 'bash', 'deadbeat', ...words], {
    env: { PATH: process.env['PATH'], ANSWER: answer },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  return { asked: output[3], replies: stdout.split('\n').slice(0, -1) }
}

test.each([
  [['get', 'hea'], '<__complete><get><hea>', 'heater\\ta daemon\\nheater.ramp\\t\\n', ['heater', 'heater.ramp']],
  [['get', ''], '<__complete><get><>', 'lamp\\t\\n', ['lamp']],
  [['get', 'lamp', ':', 'lab1.le'], '<__complete><get><lamp:lab1.le>', 'lamp:lab1.level\\t\\n', ['lab1.level']],
  [['get', 'lamp', ':'], '<__complete><get><lamp:>', 'lamp:10079\\t\\n', ['10079']],
  [['get', 'lamp', ':', '7.a', ''], '<__complete><get><lamp:7.a><>', 'x\\t\\n', ['x']],
  [
    ['registry', '--broadcast', '=', 'm'],
    '<__complete><registry><--broadcast=m>',
    '--broadcast=machine\\t\\n',
    ['machine'],
  ],
  [['get', "'he"], '<__complete><get><he>', 'heater\\t\\nhe ater\\t\\n', ['heater']],
  [['get', 'x'], '<__complete><get><x>', 'x$(rm -rf /)\\t\\nx*\\t\\n', ['x\\$\\(rm\\ -rf\\ /\\)', 'x\\*']],
  [['get', 'x'], '<__complete><get><x>', '', []],
])('bash: %j', (words, asked, answer, replies) => {
  const reply = bash(words, answer === '' ? '' : `words\\n${answer}`)
  expect(reply).toEqual({ asked, replies: replies.length === 0 ? [''] : replies })
})

test('bash: files and directories are the shell’s own', () => {
  const dir = scratch({ 'one.json': '', 'inner/two.json': '' })
  const setUp = `cd '${dir}'`
  expect(bash(['run', '--config', ''], 'files\\n', setUp).replies.sort()).toEqual(['inner', 'one.json'])
  expect(bash(['run', 'o'], 'directories\\nown\\t\\n', setUp).replies).toEqual(['own'])
  expect(bash(['x', '--config', '=', 'inner/'], 'files\\n', setUp).replies).toEqual(['inner/two.json'])
})

test('bash: where it cuts at nothing, whole words are put back', () => {
  expect(bash(['get', 'lamp:lab1.le'], 'words\\nlamp:lab1.level\\t\\n', "COMP_WORDBREAKS=$' \\t\\n'").replies).toEqual([
    'lamp:lab1.level',
  ])
})

/** What a daemon said when it was last found: nobody is there now. */
const HEATER = {
  ...{ store: 'heater', alias: 'main', uuid: 'a-1', time: 5, hash: 7 },
  items: { setpoint: {}, mode: { enumerators: { 0: 'off', 1: 'on' } } },
  provenance: [{ stratum: 0, hostname: '127.0.0.1', rep: 1, pub: 2 }],
}

test('bash: the command itself answers with commands, options, daemons, their items, and values', () => {
  const dir = scratch({ '.mKTL/client/cache/heater/a-1.json': JSON.stringify(HEATER) })
  const main = join(process.cwd(), 'dist/lib/cli/main.js')
  const script = `deadbeat() { '${process.execPath}' '${main}' "$@"; }
    source <(deadbeat completion bash)
    for line in 'dis' 'kv li' 'get hea' 'set heater mode o'; do
      COMP_WORDS=(deadbeat $line) COMP_CWORD=$(set -- $line; echo $#)
      _deadbeat
      echo "\${COMPREPLY[*]}"
    done
    complete -p deadbeat`
  const options = { cwd: dir, env: environment(dir), encoding: 'utf8' } as const
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], options)
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: 'discover\nlist\nheater heater.setpoint heater.mode\noff on\ncomplete -F _deadbeat deadbeat\n',
    stderr: '',
  })
})

/** Where a shell isn't installed, what it would load is at least whole: as many ends as beginnings. */
test.each<[Shell, string[], RegExp, RegExp]>([
  ['bash', ['-n'], /\bif\b|\bcase\b|\bdo\b/g, /\bfi\b|\besac\b|\bdone\b/g],
  ['zsh', ['-n'], /^ *(?:if|case)\b|\bdo$/gm, /\bfi$|\besac$|\bdone$/gm],
  ['fish', ['--no-execute'], /^ *(?:function|if|for|switch)\b/gm, /\bend$/gm],
])('%s takes its script', (shell, flags, begins, ends) => {
  const script = SCRIPTS[shell]
  const file = join(scratch({}), 'script')
  writeFileSync(file, script)
  const { error, status, stderr } = spawnSync(shell, [...flags, file], { encoding: 'utf8' })
  if (error === undefined) expect([status, stderr]).toEqual([0, ''])
  expect(script.match(begins)?.length).toBe(script.match(ends)?.length)
})
