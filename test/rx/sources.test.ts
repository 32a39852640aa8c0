import { mkdtempSync, rmSync, writeFileSync, closeSync, writeSync, readSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IN } from 'inotify-ts'
import { EPOLLIN, native, type Native } from 'inotify-ts/native'
import { debounceTime, map, merge } from 'rxjs'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { cron$, escapementScheduler, fd$, inotify$, interval$, signal$ } from '../../lib/rx/index.js'

// Without the native part these are the fallback's tests; see the end of the file.
const withNative = (name: string, body: (binding: Native) => Promise<void> | void) => {
  if (native === null) return
  const binding = native
  test(name, async () => {
    await body(binding)
  })
}

const start = () => {
  const clock = new ManualClock({ wallMs: Date.parse('2026-03-10T10:00:00') })
  const esc = new Escapement({ clock })
  const heard: unknown[] = []
  const observer = {
    next: (value: unknown) => void heard.push(value),
    error: (error: Error & { code?: string }) => void heard.push(error.code ?? error.message),
    complete: () => void heard.push('complete'),
  }
  return { clock, esc, heard, observer }
}

test('interval$ counts from its subscription, once for each, until it is unsubscribed', () => {
  const { clock, esc, heard, observer } = start()
  const ticks$ = interval$(esc, 10)
  clock.advance(95)
  expect(heard).toEqual([])
  const [one] = [ticks$.subscribe(observer), ticks$.pipe(map((count) => `other ${count}`)).subscribe(observer)]
  clock.advance(20)
  one.unsubscribe()
  clock.advance(10)
  expect(heard).toEqual([0, 'other 0', 1, 'other 1', 'other 2'])
})

test('interval$ under an operator of time runs on the same clock', () => {
  const { clock, esc, heard, observer } = start()
  interval$(esc, 50)
    .pipe(debounceTime(20, escapementScheduler(esc)))
    .subscribe(observer)
  clock.advance(119)
  expect(heard).toEqual([0])
  clock.advance(1)
  expect(heard).toEqual([0, 1])
})

test('cron$ tells the wall clock, and completes behind the last time of its pattern', () => {
  const { clock, esc, heard, observer } = start()
  cron$(esc, '0 0 12 10 3 * 2026').subscribe(observer)
  clock.advance(86_400_000)
  expect(heard).toEqual([Date.parse('2026-03-10T12:00:00'), 'complete'])
})

test('an unsubscribed cron$ is bound no more', () => {
  const { clock, esc, heard, observer } = start()
  cron$(esc, '* * * * *').subscribe(observer).unsubscribe()
  clock.advance(86_400_000)
  expect(heard).toEqual([])
})

test('what cannot be bound errs', () => {
  const { esc, heard, observer } = start()
  merge(cron$(esc, 'x')).subscribe(observer)
  interval$(esc, 0).subscribe(observer)
  signal$(esc, 'SIGKILL').subscribe(observer)
  esc.close()
  interval$(esc, 5).subscribe(observer)
  expect(heard).toEqual([
    'cron pattern must be five to seven fields that croner can read: it is "x"',
    'periodMs must be at least 0.001: it is 0',
    'signal must be one that can be caught: it is SIGKILL',
    'ERR_CLOSED',
  ])
})

test('signal$ is bound while it is subscribed to', () => {
  const { esc, observer } = start()
  const before = process.listenerCount('SIGWINCH')
  const subscription = signal$(esc, 'SIGWINCH').subscribe(observer)
  expect(process.listenerCount('SIGWINCH')).toBe(before + 1)
  subscription.unsubscribe()
  expect(process.listenerCount('SIGWINCH')).toBe(before)
})

withNative('fd$ tells the masks of a descriptor until it is unsubscribed', async (binding) => {
  const { esc, heard, observer } = start()
  const [readEnd, writeEnd] = binding.pipe()
  const read = () => readSync(readEnd, Buffer.alloc(10))
  const subscription = fd$(esc, readEnd, EPOLLIN)
    .pipe(map((mask) => [mask, read()]))
    .subscribe(observer)
  fd$(esc, readEnd, EPOLLIN).subscribe(observer)
  writeSync(writeEnd, 'abc')
  await esc.waitIdle()
  subscription.unsubscribe()
  expect(esc.fdUnregister(readEnd)).toBe(false)
  writeSync(writeEnd, 'abc')
  await esc.waitIdle()
  expect(heard).toEqual(['EEXIST', [EPOLLIN, 3]])
  for (const fd of [readEnd, writeEnd]) closeSync(fd)
  esc.close()
})

withNative('an unsubscribed fd$ leaves the number alone that is another file by now', (binding) => {
  const { esc, observer } = start()
  const [readEnd, writeEnd] = binding.pipe()
  const subscription = fd$(esc, readEnd, EPOLLIN).subscribe(observer)
  closeSync(readEnd)
  const [again, otherEnd] = binding.pipe()
  const fresh = esc.fdRegister(again, EPOLLIN, () => undefined)
  subscription.unsubscribe()
  expect([again, fresh.live]).toEqual([readEnd, true])
  esc.close()
  for (const fd of [writeEnd, again, otherEnd]) closeSync(fd)
})

withNative('inotify$ tells the events of a path, and completes when it is gone', async () => {
  const { esc, heard, observer } = start()
  const dir = mkdtempSync(join(tmpdir(), 'deadbeat-rx-'))
  const events$ = inotify$(esc, dir, IN.CREATE).pipe(map(({ mask, name }) => [mask, name]))
  const subscription = events$.subscribe(observer)
  writeFileSync(join(dir, 'a'), '')
  await esc.waitIdle()
  subscription.unsubscribe()
  writeFileSync(join(dir, 'b'), '')
  await esc.waitIdle()
  expect(heard).toEqual([[IN.CREATE, 'a']])
  events$.subscribe(observer)
  rmSync(dir, { recursive: true })
  await esc.waitIdle()
  expect(heard.slice(1)).toEqual([[IN.IGNORED, ''], 'complete'])
  inotify$(esc, dir, IN.CREATE).subscribe(observer)
  expect(heard.at(-1)).toBe('ENOENT')
  esc.close()
})

if (native === null) {
  test('without the native part fd$ and inotify$ err', () => {
    const { esc, heard, observer } = start()
    fd$(esc, 0, EPOLLIN).subscribe(observer)
    inotify$(esc, '/', IN.CREATE).subscribe(observer)
    expect(heard).toEqual(['ENOTSUP', 'ENOTSUP'])
  })
}
