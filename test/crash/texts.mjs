// What the lines of the test say: of every length, some in other scripts.

const WORDS = [
  'connection',
  'from',
  '192.0.2.17',
  'closed',
  '"quoted"',
  'back\\slash',
  'tab\tbed',
  '{brace',
  '}',
  '0',
  '',
]
const FOREIGN = ['größer', 'naïve', '漢字かな', 'привет', '🦀🕰️', 'line\u2028separator', '\u00a0']

/** A text: half of them short, a few of some thousand characters. No line end lies in it. */
export function randomText(random) {
  const length = random.weighted({ 0: 1, 40: 5, 300: 3, 1500: 0.5, 4000: 0.2 })
  const isForeign = random.chance(0.3)
  let text = ''
  for (let most = random.between(0, Number(length)); text.length < most;) {
    text += random.pick(isForeign && random.chance(0.3) ? FOREIGN : WORDS) + ' '
  }
  return text
}
