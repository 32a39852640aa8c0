import { jobLogger } from '../../../../lib/runner/host/child/job-logger.js'

test('a line has its level, text and fields, and no line end in it', () => {
  const lines: string[] = []
  const log = jobLogger((level, text) => lines.push(`${level} ${text}`))
  log.trace('a\nb')
  log.error({ n: 1 }, 'text')
  log.fatal(5)
  expect(lines).toEqual(['trace a', 'trace b', 'error text { n: 1 }', 'fatal 5'])
})
