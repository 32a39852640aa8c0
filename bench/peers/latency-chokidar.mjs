// node bench/peers/latency-chokidar.mjs FILE COUNT: chokidar says that the file changed, then it is read.
import { watch } from 'chokidar'
import { reader } from '../latency/reader.mjs'
import { recorder } from '../latency/recorder.mjs'

const [, , path, count] = process.argv
watch(path)
  .on('change', reader(path, recorder(Number(count)).feed))
  .on('ready', () => console.log('ready'))
