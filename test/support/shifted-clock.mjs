// Lets the wall clock of a process jump, by `node --import`: by the next of CLOCK_JUMPS_MS each time that it gets SIGUSR2.
const jumps = (process.env.CLOCK_JUMPS_MS ?? '').split(',').map(Number)
const now = Date.now
let byMs = 0
Date.now = () => now() + byMs
process.on('SIGUSR2', () => {
  byMs += jumps.shift() ?? 0
})
