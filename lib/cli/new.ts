/** `deadbeat new`: the first files of a cog or an app, and what to do next. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { EXIT } from '../app/exit-codes.js'
import { codeOf, describeValue } from '../errors/index.js'
import { appFiles, classOf, cogFiles, insertOf, type NewFile } from './templates.js'

/** What can be made. */
export type Kind = 'cog' | 'app'

/**
 * Write the files of a new cog or app into a project; none is ever written over.
 *
 * @param name In any of the usual ways: `cut-text`, `cutText`, `CutText`.
 * @param dir The project.
 * @returns The exit code: 64 for a name that can't be one, 73 if a file is there already or can't be written.
 */
export function make(kind: Kind, name: string, dir: string = process.cwd()): number {
  const kebab = name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(kebab)) {
    return fail(
      `a name must be words of letters and digits, such as cut-text: it is ${describeValue(name)}`,
      EXIT.usage,
    )
  }
  const files = kind === 'cog' ? cogFiles(kebab) : appFiles(kebab)
  const there = files.filter(({ path }) => existsSync(join(dir, path)))
  if (there.length > 0) {
    return fail(
      `${there.map(({ path }) => path).join(' and ')} exist: move them away or take another name`,
      EXIT.cantcreat,
    )
  }
  for (const { path, text } of files) {
    try {
      mkdirSync(dirname(join(dir, path)), { recursive: true })
      writeFileSync(join(dir, path), text, { flag: 'wx' })
    } catch (error) {
      return fail(`${path} cannot be written: ${codeOf(error)}`, EXIT.cantcreat)
    }
  }
  process.stdout.write(`${lessonOf(kind, kebab, files, dir)}\n`)
  return EXIT.ok
}

function lessonOf(kind: Kind, kebab: string, files: readonly NewFile[], dir: string): string {
  const test = files.at(-1)?.path ?? ''
  const install = hasDeadbeat(dir) ? [] : ['  npm install deadbeat', '      this project has none yet']
  const head = [`made ${files.map(({ path }) => path).join(', ')}`, '', 'Next:', ...install]
  const testing = [
    `  node --import deadbeat/typescript --test ${test}`,
    "      its test passes; it needs nothing but Node's own node:test",
  ]
  if (kind === 'cog') {
    return [
      ...head,
      ...testing,
      `  cogs/${kebab}.ts`,
      '      say in turn() what it does with one datum, in the insert what an operator may set, and in its comment both;',
      '      a test for each promise',
      '  in an app',
      `      import { ${classOf(kebab)}, ${insertOf(kebab)} } from '../cogs/${kebab}.js'`,
    ].join('\n')
  }
  return [
    ...head,
    ...testing,
    `  npx deadbeat run apps/${kebab}.ts --help`,
    '      every setting',
    `  npx deadbeat check apps/${kebab}.ts`,
    `      whether config/${kebab}.json is right, and what the train would be`,
    `  npx deadbeat run apps/${kebab}.ts`,
    '      Ctrl-C stops it in order',
    `  npx deadbeat config apps/${kebab}.ts --schema > config/${kebab}.schema.json`,
    '      lets an editor complete the configuration',
  ].join('\n')
}

function hasDeadbeat(dir: string): boolean {
  try {
    createRequire(join(dir, 'package.json')).resolve('deadbeat/package.json')
    return true
  } catch {
    return false // Whatever the reason: the lesson says how to get it.
  }
}

function fail(message: string, code: number): number {
  process.stderr.write(`new: ${message}\n`)
  return code
}
