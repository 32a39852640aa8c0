import { levelOfLine } from '../../../lib/runner/host/level-of-line.js'

it('takes the level that a line names, and believes nothing else', () => {
  const lines = [
    '{"level":"debug"}',
    '{"level":60}',
    '{"level":"loud"}',
    '{"level":"constructor"}',
    '{"lev',
    '[]',
    'null',
    '{}',
  ]
  expect(lines.map(levelOfLine)).toEqual(['debug', 'fatal', ...Array<string>(6).fill('warn')])
})
