/** A train's output as an observable: importing this door gives every train `output$`. */
import { Observable } from 'rxjs'
import { Train } from '../movement/train/train.js'

declare module '../movement/train/train.js' {
  interface Train {
    /** The data that reach the open end of a line; it completes when the train has ended. Only with `deadbeat/rx`. */
    readonly output$: Observable<unknown>
  }
}

/**
 * The data that reach the open end of a train's line, from the subscription on; it completes when the train has ended.
 *
 * @example
 * const outputs = []
 * output$(train).subscribe((data) => outputs.push(data))
 */
export function output$<T = unknown>(train: Train): Observable<T> {
  return new Observable<T>((subscriber) => {
    const stopListening = train.onOutput((data: T) => subscriber.next(data))
    train.onEnd(() => subscriber.complete())
    return stopListening
  })
}

Object.defineProperty(Train.prototype, 'output$', {
  configurable: true,
  get(this: Train) {
    return output$(this)
  },
})
