/** How a line becomes a datum: the setters that every source of lines takes. */

/** Puts a text into a datum and returns the datum. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a new object, whose shape the setters make
export type TextSetter<Out> = (data: any, text: string) => Out

/** The setters. Without any of them the datum is the line. */
export interface LineSetters<Out> {
  /** Sets the line. */
  lineSetter?: TextSetter<Out>
  /** Sets the event's id. */
  idSetter?: TextSetter<Out>
  /** Sets the path of the file that the line stands in. */
  filenameSetter?: TextSetter<Out>
}

/**
 * What makes a datum of a line; null if there are no setters.
 *
 * @example
 * const dress = dresser({ lineSetter: itemSetter('line'), idSetter: itemSetter('id') }, { id: () => '7', filename: () => '' })
 * assert.deepEqual(dress('one'), { line: 'one', id: '7' })
 */
export function dresser<Out>(
  { lineSetter, idSetter, filenameSetter }: LineSetters<Out>,
  ask: { id(): string; filename(): string },
): ((line: string) => Out) | null {
  if (lineSetter === undefined && idSetter === undefined && filenameSetter === undefined) return null
  return (line) => {
    let data: unknown = {}
    if (lineSetter !== undefined) data = lineSetter(data, line)
    if (idSetter !== undefined) data = idSetter(data, ask.id())
    if (filenameSetter !== undefined) data = filenameSetter(data, ask.filename())
    return data as Out
  }
}
