// The limit: the same work written by hand, direct calls, no engine at all.
import { clone, f1, f10, f2, f3, f4, f5, f6, f7, f8, f9, isDouble, keep, make } from './work.mjs'

export function hand(flow) {
  if (flow === 'fanout') {
    return (n, s) => {
      for (let i = 0; i < n; i++) {
        const d = f5(f4(f3(f2(f1(make(i))))))
        if (isDouble(d)) {
          const e = clone(d)
          s.take(f10(f9(f8(f7(f6(d))))))
          s.take(f10(f9(f8(f7(f6(e))))))
        } else s.take(f10(f9(f8(f7(f6(d))))))
      }
    }
  }
  if (flow === 'filter') {
    return (n, s) => {
      for (let i = 0; i < n; i++) {
        const d = f5(f4(f3(f2(f1(make(i))))))
        if (keep(d)) s.take(f10(f9(f8(f7(f6(d))))))
      }
    }
  }
  return (n, s) => {
    for (let i = 0; i < n; i++) s.take(f10(f9(f8(f7(f6(f5(f4(f3(f2(f1(make(i))))))))))))
  }
}
