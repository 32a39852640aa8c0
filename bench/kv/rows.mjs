// The rows of the figure `kv`, the same for whoever does them: transactions one after the other and 32 in flight, and
// how long an event takes. A store gives `create`, `get` and `change` (read and write anew) of a key, and `watch`.
export const VALUE = 'v'.repeat(200)
const FLIGHT = 32

/** ns a job, one after the other, once some were done at once. */
export async function alone(count, job) {
  await warmUp(count, job)
  return await inTurn(count, job)
}

/** ns a job, one after the other. */
export async function inTurn(count, job) {
  const start = process.hrtime.bigint()
  for (let i = 0; i < count; i++) await job(i)
  return Number(process.hrtime.bigint() - start) / count
}

/** ns a job, with 32 under way at any time. */
export async function together(count, job) {
  await warmUp(count, job)
  let next = 0
  const start = process.hrtime.bigint()
  const work = async () => {
    while (next < count) await job(next++)
  }
  await Promise.all(Array.from({ length: FLIGHT }, work))
  return Number(process.hrtime.bigint() - start) / count
}

async function warmUp(count, job) {
  const few = Math.ceil(count / 10)
  await Promise.all(Array.from({ length: few }, (_, i) => job(-1 - i)))
}

/** Create, get and change, alone and together: six rows. */
export async function transactions(count, { create, get, change }) {
  const name = (row) => (i) => `/bench/${row}-${process.pid}-${i}`
  const [first, second] = [name('a'), name('b')]
  const rows = { create: await alone(count, (i) => create(first(i))) }
  rows.get = await alone(count, (i) => get(first(i)))
  rows.change = await alone(count, (i) => change(first(i)))
  rows.create32 = await together(count * 4, (i) => create(second(i)))
  rows.get32 = await together(count * 4, (i) => get(second(i)))
  rows.change32 = await together(count * 4, (i) => change(second(i)))
  return rows
}

/** The median ns from a put's call until its event is here. `watch` resolves once it hears; it calls back for each event. */
export async function eventNs(count, watch, put) {
  const times = []
  let hear = () => {}
  await watch(() => hear())
  for (let i = 0; i < count; i++) {
    const heard = new Promise((resolve) => (hear = resolve))
    const start = process.hrtime.bigint()
    const putting = put('/bench/watched', `${i}`)
    await heard
    times.push(Number(process.hrtime.bigint() - start))
    await putting
  }
  return times.sort((a, b) => a - b)[times.length >> 1]
}

/** What a contender's process says last. */
export function tell(rows) {
  process.stdout.write(`${JSON.stringify(rows)}\n`, () => process.exit(0))
}
