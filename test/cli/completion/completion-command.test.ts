import { expect, jest, test } from '@jest/globals'
import { Command } from 'commander'
import { addCompletion } from '../../../lib/cli/completion/completion-command.js'
import { SCRIPTS } from '../../../lib/cli/completion/scripts.js'

test('it prints the script of a shell, and knows which there are', async () => {
  const program = new Command().exitOverride()
  addCompletion(program)
  program.commands[0]?.exitOverride().configureOutput({ writeErr: () => undefined })
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true)
  await program.parseAsync(['completion', 'fish'], { from: 'user' })
  expect(write).toHaveBeenCalledWith(SCRIPTS.fish)
  write.mockRestore()
  await expect(program.parseAsync(['completion', 'csh'], { from: 'user' })).rejects.toThrow('bash, zsh, fish')
})
