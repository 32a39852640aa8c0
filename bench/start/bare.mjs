// Node itself, and something that keeps it alive.
import { createServer } from 'node:net'

createServer().listen(0, () => console.log('running'))
