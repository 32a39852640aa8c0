/** The daemon of a heater: its controller's values as items, a ramp, and alarms. What they are stands in its item file. */
import { setTimeout as sleep } from 'node:timers/promises'
import { describeValue, toError } from 'deadbeat'
import { Item, ItemDaemon, type ItemOptions, type ItemRequest, type Reading, type Store } from 'deadbeat/items'
import type { Controller } from './controller.js'

/** What a heater's daemon works with. */
export interface HeaterArguments {
  readonly controller: Controller
  /** How often the controller is asked, and the ramp makes a step. */
  readonly pollMs: number
}

const ON = 1
/** As the item file calls them. */
const ALARM = { none: 0, tooHot: 1, fault: 2, away: 3 } as const
const STATE = { off: 0, ramping: 1, holding: 2, away: 3 } as const
/** So many temperatures are shown. */
const READINGS_MAX = 600
/** Of setpoints: no controller rounds them to more. */
const RESOLUTION = 0.1
const MS_PER_MIN = 60_000

/**
 * Leads a heater to its setpoint, and shows how it is.
 *
 * While the controller is away the items that it knows of are stale, and `alarm` and `state` say so. When it is there again, the
 * ramp goes on from where the controller is by then.
 */
export class HeaterDaemon extends ItemDaemon<HeaterArguments> {
  readonly #readings: number[] = []
  #working!: Asked
  /** Where the ramp is; NaN: nowhere yet. */
  #place = NaN

  override setup(): void {
    const { controller } = this.arguments
    this.addItem(Asked, 'temperature', { controller, word: 'TEMP' })
    this.#working = this.addItem(Asked, 'working', { controller, word: 'SP' })
    this.addItem(Asked, 'output', { controller, word: 'OUT' })
    this.addItem(Asked, 'faults', { controller, word: 'FAULTS' })
    this.addItem(Power, 'power', { controller, word: 'POWER' })
  }

  override async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#look()
      await sleep(this.arguments.pollMs, undefined, { signal }).catch(() => undefined)
    }
  }

  override cleanup(): void {
    this.arguments.controller.close()
  }

  /** One look at everything, and what follows from it. */
  async #look(): Promise<void> {
    const asked = this.store.items.filter((item) => item instanceof Asked)
    try {
      for (const item of asked) await item.reqPoll()
      this.#note(this.#number('temperature'))
      const alarm = this.#alarm()
      if (alarm === ALARM.tooHot && this.#number('power') === ON) await this.store.set('power', 'Off')
      this.#tell(alarm, this.#state(await this.#lead()))
    } catch (error) {
      for (const item of asked) item.markStale()
      if (this.#number('alarm') !== ALARM.away) this.store.log.warn({ err: error }, toError(error).message)
      this.#tell(ALARM.away, STATE.away)
    }
  }

  /** A step of the ramp, which is never faster than it may be, however late a step comes. Answers where the ramp is. */
  async #lead(): Promise<number> {
    const [working, setpoint] = [this.#number('working'), this.#number('setpoint')]
    // What the controller shows may be rounded, but it may also be another one by now, or switched off.
    const place = Math.abs(this.#place - working) < RESOLUTION ? this.#place : working
    if (this.#number('power') !== ON || place === setpoint) return place
    const stepMax = (this.#number('ramp') * this.arguments.pollMs) / MS_PER_MIN
    this.#place = place + Math.min(stepMax, Math.max(-stepMax, setpoint - place))
    await this.#working.tell(this.#place)
    this.#working.publish(this.#place)
    return this.#place
  }

  #alarm(): number {
    if (this.#number('faults') !== 0) return ALARM.fault
    return this.#number('temperature') > this.#number('limit') ? ALARM.tooHot : ALARM.none
  }

  #state(place: number): number {
    if (this.#number('power') !== ON) return STATE.off
    return place === this.#number('setpoint') ? STATE.holding : STATE.ramping
  }

  #tell(alarm: number, state: number): void {
    this.store.item('alarm').publish(alarm)
    this.store.item('state').publish(state)
  }

  #note(temperature: number): void {
    this.#readings.push(temperature)
    if (this.#readings.length > READINGS_MAX) this.#readings.shift()
    this.store.item('readings').publish(Float64Array.from(this.#readings))
  }

  #number(key: string): number {
    return this.store.item(key).value as number
  }
}

/** What the controller knows by a word: it is asked for with a `?` behind, and set with a value. */
class Asked extends Item<number> {
  readonly #controller: Controller
  readonly #word: string

  constructor(
    store: Store,
    key: string,
    { controller, word, ...options }: ItemOptions<number> & { readonly controller: Controller; readonly word: string },
  ) {
    super(store, key, options)
    this.#controller = controller
    this.#word = word
  }

  override async reqRefresh(): Promise<Reading<number>> {
    const answer = await this.#controller.ask(`${this.#word}?`)
    const value = Number(answer)
    if (answer === '' || Number.isNaN(value))
      throw new Error(`${this.#word}? must be answered by a number: it is ${describeValue(answer)}`)
    return { value, time: this.store.wall() / 1000 }
  }

  override async reqSet({ value }: ItemRequest): Promise<void> {
    await this.tell(value as number)
  }

  /** Tell the controller a value, whoever else may not. */
  async tell(value: number): Promise<void> {
    await this.#controller.ask(`${this.#word} ${value}`)
  }
}

class Power extends Asked {
  override validate(value: number | null): number | null {
    const alarm = this.store.item('alarm')
    const trouble = alarm.value === null ? 'the controller has not answered yet' : alarm.formatted
    if (value === ON && alarm.value !== ALARM.none) throw new RangeError(`it must stay Off: ${trouble}`)
    return value
  }
}
