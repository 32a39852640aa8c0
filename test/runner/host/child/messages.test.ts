import { CLASSES, ChangeMsg, ReadyMsg, TimerMsg } from '../../../../lib/runner/host/child/messages.js'

test('messages are told apart by their classes, and have msg', () => {
  const { ActorState, RunnerMsg, CompleteState } = CLASSES
  expect(new ReadyMsg(2)).toMatchObject({ msg: 2 })
  expect(new ReadyMsg(0)).toBeInstanceOf(RunnerMsg)
  expect(new CompleteState()).not.toBeInstanceOf(RunnerMsg)
  expect(new CompleteState()).toBeInstanceOf(ActorState)
  expect(new CompleteState().msg).toBeNull()
  class Mine extends TimerMsg {}
  expect(new Mine()).toBeInstanceOf(TimerMsg)
})

test('an entry that was deleted has no value, not even undefined', () => {
  const message = new ChangeMsg(null, ['a'])
  expect('value' in message).toBe(false)
  expect([Object.hasOwn(CLASSES, 'NotGiven'), message.value === CLASSES.NotGiven]).toEqual([true, true])
})
