// node --import bench/start/announce.mjs ...: says a line once the first train of the process runs.
import { subscribe } from 'node:diagnostics_channel'

subscribe('deadbeat.train.running', () => process.stdout.write('running\n'))
