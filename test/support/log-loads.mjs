// node --import log-loads.mjs: writes the URL of each module that is loaded into the file that LOADS names.
import { register } from 'node:module'

const hook = `import { appendFileSync } from 'node:fs'
export async function load(url, context, next) {
  appendFileSync(process.env.LOADS, url + '\\n')
  return next(url, context)
}`
register(`data:text/javascript,${encodeURIComponent(hook)}`)
