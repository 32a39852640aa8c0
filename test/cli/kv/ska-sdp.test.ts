import { spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { environment, scratch } from '../../app/scratch.js'
import { textOf } from '../../support/sources.js'

const WORKFLOWS = `repositories:
- name: nexus
  path: registry.example/sdp
workflows:
- type: batch
  id: imaging
  repository: nexus
  image: imaging
  versions: ["0.1.0", "0.2.0"]
`

/** The commands of a document, each with what it prints. */
function examplesIn(file: string): { command: string; output: string }[] {
  const blocks = [...textOf(file).matchAll(/^```console\n([^]*?)^```/gm)].map(([, text]) => text ?? '')
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((example) => {
        const at = example.indexOf('\n')
        return { command: example.slice(0, at), output: example.slice(at + 1) }
      }),
  )
}

test('every ability of ska-sdp is there as the document shows it', () => {
  const dir = scratch({ 'workflows.yaml': WORKFLOWS })
  const command = join(dir, 'deadbeat')
  writeFileSync(
    command,
    `#!/bin/sh\nexec '${process.execPath}' '${join(process.cwd(), 'dist/lib/cli/main.js')}' "$@"\n`,
  )
  chmodSync(command, 0o755)
  const env = environment(dir, { PATH: `${dir}:${process.env['PATH']}` })
  const examples = examplesIn('docs/kv-ska-sdp.md')
  expect(examples.length).toBeGreaterThan(25)
  for (const { command: line, output } of examples) {
    const { stdout } = spawnSync('sh', ['-c', `${line} 2>&1`], { cwd: dir, env, encoding: 'utf8' })
    expect({ line, output: stdout }).toEqual({ line, output })
  }
}, 120_000)
