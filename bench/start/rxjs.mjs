// The same with RxJS loaded.
import { createServer } from 'node:net'
import { Subject, map } from 'rxjs'

const lines = new Subject()
lines.pipe(map((line) => line)).subscribe(() => {})
createServer().listen(0, () => console.log('running'))
