import { jobFolder } from '../../../lib/runner/host/job-folder.js'

it('is another one for each job and node, short, and never leads elsewhere', () => {
  const jobs = [
    'any/lab a',
    'any/lab b',
    'at/lab/n1 a',
    `any/lab ${'long.'.repeat(40)}1`,
    `any/lab ${'long.'.repeat(40)}2`,
  ]
  const names = ['n1', 'n2'].flatMap((node) => jobs.map((job) => jobFolder({ job, node })))
  expect(new Set(names).size).toBe(10)
  for (const name of [...names, jobFolder({ job: 'any/../.. ../../x', node: 'n' })]) {
    expect(name).toMatch(/^[\w.-]{1,37}$/)
    expect(name).toMatch(/-[0-9a-f]{12}$/)
  }
})
