// RxJS 7: a Subject and its operators, which is the fastest that it has for data that are pushed.
import { Subject, filter, map, mergeMap } from 'rxjs'
import { clone, f1, f10, f2, f3, f4, f5, f6, f7, f8, f9, isDouble, keep, make } from './work.mjs'

export function rxjs(flow) {
  const middle = {
    plain: [],
    fanout: [mergeMap((d) => (isDouble(d) ? [d, clone(d)] : [d]))],
    filter: [filter(keep)],
  }[flow]
  const operators = [
    map(f1),
    map(f2),
    map(f3),
    map(f4),
    map(f5),
    ...middle,
    map(f6),
    map(f7),
    map(f8),
    map(f9),
    map(f10),
  ]
  return (n, sink) => {
    const subject = new Subject()
    subject.pipe(...operators).subscribe((d) => sink.take(d))
    for (let i = 0; i < n; i++) subject.next(make(i))
    subject.complete()
  }
}
