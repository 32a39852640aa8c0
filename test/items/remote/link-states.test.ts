import { expect, test } from '@jest/globals'
import { LinkStates } from '../../../lib/items/remote/link-states.js'

test('each new state is told once, to all who listen then; one function may listen twice', () => {
  const states = new LinkStates()
  const heard: string[] = []
  const listener = (state: string): void => void heard.push(`${state} ${states.current}`)
  const stop = states.onState(listener)
  states.onState(listener)
  expect(states.current).toBe('connecting')
  states.change('connecting')
  states.change('connected')
  stop()
  stop()
  states.change('lost')
  expect(heard).toEqual(['connected connected', 'connected connected', 'lost lost'])
})

test('whoever stops while he is told keeps nobody from hearing', () => {
  const states = new LinkStates()
  const heard: string[] = []
  const stop = states.onState((state) => {
    heard.push(`first ${state}`)
    stop()
  })
  states.onState((state) => void heard.push(`second ${state}`))
  states.change('lost')
  states.change('closed')
  expect(heard).toEqual(['first lost', 'second lost', 'second closed'])
})
