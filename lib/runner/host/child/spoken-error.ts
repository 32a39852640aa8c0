/** An error of running code as its runner gets it: data, and no longer than somebody will read. */
import { codeOf, describeValue, toError } from '../../../errors/index.js'
import type { JobError } from '../job-run.js'
import { TEXT_CHARS_MAX } from '../protocol.js'
import { ErrorRecorded } from './messages.js'

/**
 * What went wrong. Its stack ends where the code was called: what lies below is ours.
 *
 * @param ours the file that runs the code.
 */
export function speakOf(thrown: unknown, ours: string): JobError {
  try {
    return spoken(thrown, ours)
  } catch {
    return { name: 'Error', message: 'something was thrown that throws itself when it is looked at' }
  }
}

function spoken(thrown: unknown, ours: string): JobError {
  const error = toError(thrown)
  const code = codeOf(error)
  return {
    ...{ name: cut(textOf(error.name)), message: cut(textOf(error.message)) },
    ...(typeof error.stack === 'string' ? { stack: cut(theirs(error.stack, ours)) } : {}),
    ...(code === '' ? {} : { code: cut(code) }),
    ...(error instanceof ErrorRecorded ? { isRecorded: true } : {}),
    ...('isRetryable' in error && error.isRetryable === false ? { isRetryable: false } : {}),
  }
}

/** Code may make anything of its errors. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : describeValue(value)
}

function theirs(stack: string, ours: string): string {
  const lines = stack.split('\n')
  return lines.filter((line) => !line.includes(ours) && !/\(node:|at node:/.test(line)).join('\n')
}

function cut(text: string): string {
  return text.length > TEXT_CHARS_MAX ? `${text.slice(0, TEXT_CHARS_MAX - 3)}...` : text
}
