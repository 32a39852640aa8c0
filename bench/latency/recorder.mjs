// What every contender of the latency bench does with a line: keep how long it took since it was written.
export function recorder(count) {
  const latencies = []
  let carried = ''

  /** One line, without its end. The last one of all ends the process. */
  const see = (line) => {
    const now = process.hrtime.bigint()
    const found = /"t":"(\d+)"/.exec(line)
    if (found === null) return
    latencies.push(Number(now - BigInt(found[1])) / 1000)
    if (latencies.length < count) return
    process.stdout.write(`${JSON.stringify(latencies)}\n`, () => process.exit(0))
  }

  /** Text as it comes. */
  const feed = (text) => {
    carried += text
    for (let end = carried.indexOf('\n'); end >= 0; end = carried.indexOf('\n')) {
      const line = carried.slice(0, end)
      carried = carried.slice(end + 1)
      see(line)
    }
  }
  return { see, feed }
}
