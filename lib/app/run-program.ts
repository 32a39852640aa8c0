/** A program that is no app, such as a daemon of items: what goes wrong is told as an app tells it. */
import { codeOf, toError } from '../errors/index.js'
import { exitFlushed } from '../process/exit-flushed.js'
import { complaintOf, textOfFaults } from './complaint.js'
import { EXIT, exitCodeOf } from './exit-codes.js'

/**
 * Do what a program is for. Where that fails, the process ends with the code that stands for it: 78 for settings that can't be used,
 * 69 for a port that is taken. stderr says why in a line, or a line for each fault; of what nobody foresaw (70) the stack, too.
 *
 * @param name Who says so.
 * @example
 * await runProgram('lamp', async () => undefined) // Here: serve(new LampDaemon(), options)
 */
export async function runProgram(name: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    const code = exitCodeOf(error)
    const isForeseen = code !== EXIT.software || codeOf(error) !== ''
    process.stderr.write(isForeseen ? complaintOf(name, error) : textOfFaults(name, stackOf(error)))
    await exitFlushed(code) // What is open still would keep it from ending.
  }
}

function stackOf(thrown: unknown): readonly string[] {
  const { stack, message } = toError(thrown)
  return (stack ?? message).split(/\n */)
}
