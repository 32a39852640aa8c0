// node --import log-loads.mjs: writes the URL of each module that is loaded into the file that LOADS names.
import { appendFileSync } from 'node:fs'
import { createRequire, register } from 'node:module'
import { pathToFileURL } from 'node:url'

const hook = `import { appendFileSync } from 'node:fs'
export async function load(url, context, next) {
  appendFileSync(process.env.LOADS, url + '\\n')
  return next(url, context)
}`
register(`data:text/javascript,${encodeURIComponent(hook)}`)

// What is required the hook doesn't see.
process.on('exit', () => {
  const { cache } = createRequire(import.meta.url)
  for (const file of Object.keys(cache)) appendFileSync(process.env.LOADS, `${pathToFileURL(file).href}\n`)
})
