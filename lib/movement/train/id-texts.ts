/** What an event's number reads like in the log and in dead letters. */

/** From the number of an event to its id: the prefix and the number; merged events, counted below 0, have an `m` between. */
export function idTexts(prefix: string): (number: number) => string {
  return (number) => (number >= 0 ? prefix + number.toString(36) : `${prefix}m${(-number).toString(36)}`)
}
