/** `deadbeat doctor`: what the machine lacks, for people or for programs. */
import { examine, type ExamineOptions } from '../app/doctor/examine.js'
import type { Finding } from '../app/doctor/finding.js'
import { EXIT } from '../app/exit-codes.js'
import { escapeControls } from '../errors/escape-controls.js'

const MARKS = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' } as const

/**
 * Examine this machine and tell on stdout.
 *
 * @returns The exit code: 0 if an app can run, 78 if a directory must be changed, 69 if something else is missing.
 */
export async function doctor(options: ExamineOptions & { readonly json: boolean }): Promise<number> {
  const wrong = options.ports.find((port) => !(Number.isInteger(port) && port >= 1 && port <= 65_535))
  if (wrong !== undefined) {
    process.stderr.write('--port must be a port, 1 to 65535\n')
    return EXIT.usage
  }
  const findings = await examine(options)
  const codes = findings.map(({ exitCode }) => exitCode)
  const code = codes.includes(EXIT.unavailable) ? EXIT.unavailable : Math.max(...codes)
  process.stdout.write(options.json ? `${JSON.stringify({ ok: code === EXIT.ok, findings })}\n` : textOf(findings))
  return code
}

function textOf(findings: readonly Finding[]): string {
  return findings
    .flatMap(({ what, state, found, advice }) => [
      `${MARKS[state]}  ${what}: ${escapeControls(found)}`,
      ...(advice === null ? [] : [`      ${advice}`]),
    ])
    .map((line) => `${line}\n`)
    .join('')
}
