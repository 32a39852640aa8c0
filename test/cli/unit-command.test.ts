import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

test('unit --help says how to install a unit, and a snippet for logrotate', () => {
  const { status, stdout } = deadbeat(scratch({}), ['unit', '--help'])
  expect(status).toBe(0)
  expect(stdout).toContain('systemctl daemon-reload && systemctl enable --now deadbeat-resolve')
  expect(stdout).toContain('/etc/logrotate.d/deadbeat-resolve')
})
