import { expect, test } from '@jest/globals'
import { startErrors } from './run-error.js'

const at = '2027-01-15T08:00:00Z'

test('a line for each thing that is wrong now', async () => {
  const { run } = await startErrors()
  expect((await run('dump')).stdout).toBe(
    `compile  a.question  error  ${at}  unexpected end\nrun  a.question  fatal  ${at}  it is too hot\n`,
  )
})

test('by subsystem, node and path, and with what is resolved', async () => {
  const { run } = await startErrors()
  const things = async (...words: string[]): Promise<string[]> =>
    (await run('dump', ...words)).stdout.split('\n').map((line) => line.split('  ').slice(0, 2).join(' '))
  expect(await things('-s', 'run')).toEqual(['run a.question', ''])
  expect(await things('-n', 'n2')).toEqual(['compile a.question', ''])
  expect(await things('-r')).toEqual(['compile a.question', 'run a.question', 'run other', ''])
  expect(await things('-r', '-p', 'other')).toEqual(['run other', ''])
  expect((await run('dump', '-r', '-p', 'other')).stdout).toContain(`resolved ${at}`)
})

test('with what each node says, and on demand where it happened', async () => {
  const { run, on } = await startErrors()
  await on('n2').record('run', ['a', 'question'], { message: 'the same here' })
  const { stdout } = await run('dump', '-s', 'run', '-a')
  expect(stdout).toContain(`2 times since ${at}, last ${at}  the same here\n`)
  expect(stdout).toContain(`\n  n1: ${at}  Error: it is too hot  cancelled\n  n2: ${at}\n`)
  const whole = (await run('dump', '-s', 'run', '-v', '-n', 'n1')).stdout
  expect(whole).toContain('    Error: it is too hot\n')
  expect(whole).toContain('    data: {"limit":20}\n')
  expect(whole).not.toContain('  n2: ')
})

test('in JSON each is an object a line, with details on demand', async () => {
  const { run } = await startErrors()
  const [first] = (await run('dump', '--json', '-a')).stdout.split('\n')
  expect(JSON.parse(first ?? '')).toMatchObject({
    subsystem: 'compile',
    severity: 1,
    details: { n2: { message: 'unexpected end' } },
  })
})

test('what somebody wrote there steers no terminal', async () => {
  const { run, on } = await startErrors()
  await on('n1').record('run', ['evil'], { message: '\u001b[2J\nrun  forged' })
  expect((await run('dump', '-p', 'evil')).stdout).toMatch(/\\x1b\[2J\\x0arun {2}forged\n$/)
})
