import { expect, test } from '@jest/globals'
import { gather } from '../../../lib/conf/index.js'
import { Train, trainBaseConfig } from '../../../lib/movement/index.js'
import { TRAIN_DEFAULTS } from '../../../lib/movement/train/train-config.js'
import { testTrain } from '../../../lib/testing/index.js'

test('the defaults of a train without settings are those of its insert', () => {
  expect(gather({ train: trainBaseConfig }, { argv: [], env: {} }).train).toEqual(TRAIN_DEFAULTS)
  expect(new Train(testTrain().esc).settings).toEqual(TRAIN_DEFAULTS)
})

test('settings that were gathered go into a train as they are', () => {
  const argv = ['--train.in-flight-max', '5', '--train.in-flight-bytes-max', '1MiB', '--train.on-error', 'drop']
  const { train } = gather({ train: trainBaseConfig }, { argv, env: {} })
  expect(new Train(testTrain().esc, { ...train, name: 'app' }).settings).toEqual({
    ...{ ...TRAIN_DEFAULTS, inFlightMax: 5, inFlightBytesMax: 1_048_576, onError: 'drop' },
  })
})
