import { expect, test } from '@jest/globals'
import { startJobs } from './run-job.js'

test.each(['get', 'state', 'delete', 'pause', 'run', 'log', 'history'])(
  '%s of a job that is not there is 66',
  async (name) => {
    const { run } = startJobs()
    expect(await run(name, 'a.b')).toMatchObject({
      ...{ status: 66, stdout: '' },
      stderr: `job ${name}: there is no job any/default a.b: deadbeat job list shows those of its group\n`,
    })
  },
)
