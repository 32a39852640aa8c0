import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

test('a plain script just runs, with its own arguments, and ends with its own code', () => {
  const dir = scratch({ 'a.mjs': 'console.log(process.argv.slice(2).join())\nprocess.exitCode = 3\n' })
  expect(deadbeat(dir, ['run', 'a', '--b', '--help', 'c'])).toEqual({ status: 3, stdout: '--b,--help,c\n', stderr: '' })
})

test('a plain script with gather() and a train works as one with app()', () => {
  const dir = scratch({
    'a.ts': `import { Escapement, Supply, Train } from 'deadbeat'
      import { gather } from 'deadbeat/conf'
      import { configure, logBaseConfig } from 'deadbeat/log'
      const cfg = gather({ input: { to: { doc: 'x', format: 'nat', default: 2 } }, log: logBaseConfig })
      configure(cfg.log)
      class Count extends Supply<number> {
        start(): void { for (let n = 0; n < cfg.input.to; n++) this.message(n, null); this.train.ended() }
        finish(): void {}
      }
      const train = new Train(Escapement.instance)
      train.line(new Count(train, {}), (n: number) => (console.log(n), null))
      await train.run()\n`,
  })
  expect(deadbeat(dir, ['run', 'a.ts', '--input.to', '1'])).toEqual({ status: 0, stdout: '0\n', stderr: '' })
  expect(deadbeat(dir, ['run', 'a.ts', '--input.to', 'x']).status).toBe(78)
})

test('an app that is not there is told with where it was looked for, code 66', () => {
  const dir = scratch({})
  const { status, stderr } = deadbeat(dir, ['run', 'apps/none'])
  expect(status).toBe(66)
  expect(stderr).toContain(`there is no app apps/none; looked for:\n  ${dir}/dist/apps/none.js\n`)
  expect(deadbeat(dir, ['run', 'none.ts']).stderr).toBe(`there is no app none.ts; looked for:\n  ${dir}/none.ts\n`)
})

test('an app that is not there is told with the nearest one that is', () => {
  const dir = scratch({ 'knocks.ts': '' })
  const stderrOf = (name: string) => deadbeat(dir, ['run', name]).stderr
  expect(stderrOf('resolv')).toMatch(/^there is no app resolv: did you mean resolve\? Looked for:\n {2}\//)
  expect(stderrOf('knock.ts')).toMatch(/^there is no app knock\.ts: did you mean knocks\.ts\? Looked for:\n/)
})

test('an app that another file exports anew runs', () => {
  const dir = scratch({
    'a.mjs': "export { default } from './b.mjs'\n",
    'b.mjs':
      "import { app } from 'deadbeat/app'\nexport default app({ name: 'b', build() { throw new Error('built') } })\n",
  })
  expect(deadbeat(dir, ['run', 'a']).stderr).toContain('not started: built')
})
