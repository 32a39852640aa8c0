import { Modules } from '../../../../lib/runner/host/child/modules.js'

const SOURCES = {
  base: { js: 'export let n = 0\nexport const count = () => ++n', requires: [] },
  upper: {
    js: `import { count } from 'base'\nimport { sep } from 'node:path'\nexport { count, sep }`,
    requires: ['base'],
  },
  sly: { js: `export const get = () => import('base')`, requires: [] },
}

test('a module is run once, whoever imports it, and Node has its own', async () => {
  const modules = new Modules(SOURCES)
  await modules.link()
  const { namespace: upper } = await modules.import('upper', 'code:a', ['upper', 'base'])
  const { namespace: base } = await modules.import('base', 'code:a', ['upper', 'base'])
  const { count, sep } = upper as { count: () => number; sep: string }
  expect([count(), (base as { n: number }).n, sep]).toEqual([1, 1, '/'])
  const { namespace: path } = await modules.import('node:path', 'code:a', [])
  expect((path as { sep: string }).sep).toBe('/')
})

test('nobody imports what he does not require', async () => {
  const modules = new Modules(SOURCES)
  await modules.link()
  const asked = (path: string, requires: string[]) => modules.import(path, 'code:a', requires)
  await expect(asked('base', ['upper'])).rejects.toThrow('code:a may not import "base": it requires upper')
  await expect(asked('fs', [])).rejects.toThrow('code:a may not import "fs": it requires nothing')
  await expect(asked('node:nothing', [])).rejects.toThrow('may not import')
  await expect(asked('__proto__', ['__proto__'])).rejects.toThrow('may not import')
  const { namespace } = await asked('sly', ['sly'])
  await expect((namespace as { get: () => Promise<unknown> }).get()).rejects.toThrow('module:sly may not import "base"')
  await expect(new Modules({ bad: { js: `import 'base'`, requires: ['base'] } }).link()).rejects.toThrow(
    'module:bad may',
  )
})
