/** Event sources as observables: to subscribe binds, to unsubscribe unbinds. A failure to bind is an error of theirs. */
import { Observable, type Subscriber } from 'rxjs'
import type { Binding, EventLoop, InotifyEvent } from '../movement/loop/event-loop.js'

// The observable of one binding: what it tells goes on, and if it ends by itself, so does the observable.
function bound<T>(bind: (tell: (value: T) => void) => Binding, unbind: (binding: Binding) => void): Observable<T> {
  return new Observable<T>((subscriber: Subscriber<T>) => {
    const binding = bind((value) => {
      subscriber.next(value)
      if (!binding.live) subscriber.complete()
    })
    return () => {
      if (binding.live) unbind(binding)
    }
  })
}

/**
 * The epoll(7) masks of a descriptor, whenever it is ready. A descriptor has one subscriber at a time: share() it for
 * more. It errs with a SourceError where descriptors can't be watched.
 */
export function fd$(esc: EventLoop, fd: number, mask: number): Observable<number> {
  return bound(
    (tell) => esc.fdRegister(fd, mask, tell),
    () => esc.fdUnregister(fd),
  )
}

/**
 * The inotify(7) events of a path. It completes behind the last one, when the watched thing is gone (`IN.IGNORED`),
 * and errs with a SourceError where inotify doesn't work or the path can't be watched.
 */
export function inotify$(esc: EventLoop, path: string | Buffer, mask: number): Observable<InotifyEvent> {
  return bound(
    (tell) => esc.inotifyAdd(path, mask, tell),
    (binding) => esc.inotifyRm(binding),
  )
}

/** The name of a signal, whenever the process gets it. */
export function signal$(esc: EventLoop, signal: string): Observable<string> {
  return bound(
    (tell) => esc.signalRegister(signal, tell),
    (binding) => esc.signalUnregister(signal, binding),
  )
}

/**
 * 0, 1, 2 ... every `periodMs` from the subscription on. What comes late doesn't shift what follows.
 *
 * @example
 * const clock = new ManualClock()
 * const heard = []
 * interval$(new Escapement({ clock }), 10).subscribe((count) => heard.push(count))
 * clock.advance(35)
 * assert.deepEqual(heard, [0, 1, 2])
 */
export function interval$(esc: EventLoop, periodMs: number): Observable<number> {
  return new Observable<number>((subscriber) => {
    let count = 0
    const binding = esc.every(periodMs, () => {
      subscriber.next(count++)
    })
    return () => esc.cancel(binding)
  })
}

/** The wall clock's ms at each time of a cron pattern; it completes behind the last if the pattern has one. */
export function cron$(esc: EventLoop, pattern: string): Observable<number> {
  return bound(
    (tell) =>
      esc.cron(pattern, () => {
        tell(esc.wall())
      }),
    (binding) => esc.cancel(binding),
  )
}
