// The row of the figure `runner` that starts jobs, the same for whoever does it.
const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1]

/**
 * One job after the other: how long until its code runs, and until it has ended, in ms. `start(n, whenRunning)` calls back
 * with what the job says first and resolves with what it returns, once it is gone.
 */
export async function starts(count, start) {
  const [running, ended, output] = [[], [], []]
  for (let n = -1; n < count; n++) {
    const begun = performance.now()
    let [runningMs, said] = [NaN, null]
    const result = await start(n, (word) => {
      runningMs = performance.now() - begun
      said = word
    })
    if (n < 0) continue // The first one finds nothing in the kernel's memory.
    running.push(runningMs)
    ended.push(performance.now() - begun)
    output.push([said, result])
  }
  process.stdout.write(`${JSON.stringify({ running: median(running), ended: median(ended), output })}\n`)
}
