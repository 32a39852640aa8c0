/** A time as people write it, field by field. */
import { offsetMsOf, type Zone } from './zone.js'

const MONTHS = 'january february march april may june july august september october november december'.split(' ')
// The calendar repeats itself after 400 years; Date.UTC takes the years below 100 for those of the 20th century.
const CYCLE_YEARS = 400
const CYCLE_MS = 146_097 * 86_400_000

/**
 * What a text said of a time.
 *
 * @example
 * const civil = new CivilTime()
 * for (const [letter, text] of [['Y', '2026'], ['b', 'Nov'], ['d', '21'], ['z', '+01']]) civil.take(letter, text)
 * assert.equal(civil.time((ms) => ms, () => 0, 0), Date.UTC(2026, 10, 20, 23))
 */
export class CivilTime {
  private year: number | null = null
  private month = 1
  private day = 1
  private isDayOfYear = false
  private hour = 0
  private hourMin = 0
  private hourMax = 24
  private isAfternoon = false
  private minute = 0
  private second = 0
  private ms = 0
  private offsetMs: number | null = null

  /** Take one field: the letter of its directive in strptime(3), `f` for the digits of a fraction. */
  take(letter: string, text: string): void {
    if (letter === 'Y') this.year = Number(text)
    else if (letter === 'y')
      this.year = Number(text) + (Number(text) < 69 ? 2000 : 1900) // POSIX's rule.
    else if (letter === 'm') this.month = Number(text)
    else if (letter === 'b') this.month = monthOf(text)
    else if (letter === 'd') this.day = Number(text)
    else if (letter === 'j') this.takeDayOfYear(Number(text))
    else if (letter === 'H') this.hour = Number(text)
    else if (letter === 'I') this.takeHalfDay(Number(text))
    else if (letter === 'p') this.isAfternoon = /^p/i.test(text)
    else if (letter === 'M') this.minute = Number(text)
    else if (letter === 'S') this.second = Number(text)
    else if (letter === 'f') this.ms = Number(text.slice(0, 3).padEnd(3, '0'))
    else this.offsetMs = offsetMsOf(text)
  }

  /**
   * The time in ms since the Unix epoch; NaN if there is no such time. Without a year it is the last such time that
   * isn't more than `aheadMs` ahead of the wall clock.
   */
  time(zone: Zone, wall: () => number, aheadMs: number): number {
    if (!this.isPossible()) return NaN
    if (this.year !== null) return this.inYear(this.year, zone)
    const latest = wall() + aheadMs
    const next = new Date(latest).getUTCFullYear() + 1
    // 29 February may have been eight years ago.
    for (let year = next; year >= next - 9; year--) {
      const ms = this.inYear(year, zone)
      if (ms <= latest) return ms
    }
    return NaN
  }

  private takeDayOfYear(day: number): void {
    this.day = day
    this.isDayOfYear = true
  }

  private takeHalfDay(hour: number): void {
    this.hour = hour
    this.hourMin = 1
    this.hourMax = 12
  }

  private isPossible(): boolean {
    const { month, day, hour, minute, second } = this
    const isClock = hour >= this.hourMin && hour <= this.hourMax && minute < 60 && second <= 60 // 60: a leap second.
    const isMidnight = hour < 24 || (minute === 0 && second === 0 && this.ms === 0)
    return month >= 1 && month <= 12 && day >= 1 && isClock && isMidnight
  }

  private inYear(year: number, zone: Zone): number {
    const { month, day, minute, second, ms } = this
    if (day > (this.isDayOfYear ? daysIn(year, 1, 12) : daysIn(year, month, 1))) return NaN
    const hour = this.hourMax === 12 ? (this.hour % 12) + (this.isAfternoon ? 12 : 0) : this.hour
    const localMs = Date.UTC(year + CYCLE_YEARS, month - 1, day, hour, minute, second, ms) - CYCLE_MS
    return this.offsetMs === null ? zone(localMs) : localMs - this.offsetMs
  }
}

function daysIn(year: number, month: number, months: number): number {
  return (Date.UTC(year + CYCLE_YEARS, month - 1 + months) - Date.UTC(year + CYCLE_YEARS, month - 1)) / 86_400_000
}

/** The number of a month by its English name, whole or its first three letters; NaN if it is none. */
function monthOf(name: string): number {
  const low = name.toLowerCase()
  const index = MONTHS.findIndex(
    (month) => month === low || month.slice(0, 3) === low || (low === 'sept' && month === 'september'),
  )
  return index === -1 ? NaN : index + 1
}
