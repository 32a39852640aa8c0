/** Tests of what only the native binding can do: left out where there is none, as there is nothing to try. */
import { test } from '@jest/globals'
import { native } from 'inotify-ts/native'

const leftOut = Object.assign(() => undefined, { each: () => () => undefined })

export const withNative = (native === null ? leftOut : test) as typeof test
