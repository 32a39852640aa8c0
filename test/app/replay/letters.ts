// Dead letters for tests.

/** The text of a letter of this input; null: without one. */
export function letter(
  original: string | null,
  cog = 'Map',
  id = `t-${String(original).length}-${Math.random()}`,
  data: unknown = null,
  from?: object,
) {
  const input = original === null ? {} : { original }
  return JSON.stringify({ time: '2026-01-01T00:00:00.000Z', id, cog, error: 'no', ...input, data, from })
}
