/** What an operator may set of every cog that takes text apart by a regular expression. */

/** Configuration insert: what doesn't match, how long a text and a match may be, and what matches. */
export const matchingConfig = {
  onMismatch: {
    doc: 'What becomes of text that does not match: an error, on its way unchanged, or swallowed.',
    format: ['fail', 'pass', 'drop'],
    default: 'fail',
    live: true,
  },
  lengthMax: {
    doc: 'The longest text that is tried, in characters.',
    format: 'nat',
    min: 1,
    default: 65_536,
    live: true,
  },
  slowMs: {
    doc: 'After how long a match is reported as slow, once; 0 for never.',
    format: 'duration',
    default: 50,
    live: true,
  },
  limitMs: {
    doc: 'After how long a match is given up, an error of that text; 0 for never. It costs some 70 µs a match.',
    format: 'duration',
    default: 0,
    live: true,
  },
  engine: {
    doc: 'What matches: `node`, fast, but some patterns take for ever on some texts; `re2js`, 40 to some hundred times slower, but no text takes it longer than its length. It knows neither backreferences nor lookaround.',
    format: ['node', 're2js'],
    default: 'node',
  },
} as const
