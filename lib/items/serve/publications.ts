/** What is published of a store: each change of an item, and of what is computed only while somebody has subscribed to it. */
import type { Store } from '../model/store.js'
import { carried } from './carried.js'

/** Sends what is published; a server of the wire does. */
export interface Publisher {
  publish(target: string, payload: Readonly<Record<string, unknown>>): void
}

const MS_PER_S = 1000

/** Hands a store's publications to the wire. */
export class StorePublications {
  readonly #store: Store
  readonly #publisher: Publisher
  readonly #mayPublish: (path: string) => boolean
  /** What each subscription keeps awake, by its topic. */
  readonly #heard = new Map<string, () => void>()
  #stop: () => void = () => undefined

  /** @param mayPublish Whether whoever listens may hear of `store.key`; all if it isn't given. */
  constructor(store: Store, publisher: Publisher, mayPublish: (path: string) => boolean = () => true) {
    this.#store = store
    this.#publisher = publisher
    this.#mayPublish = mayPublish
  }

  /** Publish from now on. */
  open(): void {
    const name = this.#store.name.toLowerCase()
    this.#stop = this.#store.onPublication((item, value, timeMs) => {
      // Whoever may not read it doesn't hear of it either.
      const path = `${name}.${item.key.toLowerCase()}`
      if (!item.isGettable || !this.#mayPublish(path)) return
      this.#publisher.publish(path, { value: carried(value), time: timeMs / MS_PER_S })
    })
  }

  /** Somebody has subscribed to a key where nobody had, or nobody has any more. A store's name means all of its keys. */
  hear(topic: string, isOn: boolean): void {
    this.#heard.get(topic)?.()
    this.#heard.delete(topic)
    const pattern = isOn ? patternOf(topic, this.#store.name.toLowerCase()) : null
    // Looking is done for whoever watches: here nobody has to be told, as it is published anyway.
    if (pattern !== null)
      this.#heard.set(
        topic,
        this.#store.watch(pattern, () => undefined),
      )
  }

  /** Publish no more. */
  close(): void {
    this.#stop()
    for (const stop of this.#heard.values()) stop()
    this.#heard.clear()
  }
}

/** The keys that a topic means; null if they are of another store. */
function patternOf(topic: string, store: string): string | null {
  if (topic === '' || topic === store) return '*'
  const key = topic.startsWith(`${store}.`) ? topic.slice(store.length + 1) : ''
  return key === '' || /[*?]/.test(key) ? null : key
}
