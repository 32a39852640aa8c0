import { KeyTemplate } from '../../../lib/kv/entities/key-template.js'

describe('a template of keys', () => {
  const workflow = new KeyTemplate('/workflow/{type}:{id}:{version}', { version: /^\d+\.\d+$/g })

  it('makes a key of parts, and parts of a key', () => {
    const parts = { type: 'batch', id: 'imaging', version: '1.0' }
    expect(workflow.path(parts)).toBe('/workflow/batch:imaging:1.0')
    expect([workflow.parse('/workflow/batch:imaging:1.0'), workflow.parse('/workflow/batch:imaging:1.0')]).toEqual([
      parts,
      parts,
    ])
    expect(new KeyTemplate('/master').path({})).toBe('/master')
    expect(new KeyTemplate('/a.b/{id}', {}, '/deadbeat').path({ id: '(é)' })).toBe('/deadbeat/a.b/(é)')
  })

  it.each([
    '/workflow/batch:imaging',
    '/workflow/a:b:c',
    '/workflow/a:b:1.0/x',
    '/x/workflow/a:b:1.0',
    'workflow/a:b:1.0',
  ])('knows that %s is not one of its keys', (path) => {
    expect(workflow.parse(path)).toBeNull()
  })

  it('does not take a dot for any character, or a line end for the end', () => {
    expect(new KeyTemplate('/a.b/{id}').parse('/aXb/1')).toBeNull()
    expect(new KeyTemplate('/a/{id}').parse('/a/1\n')).toEqual({ id: '1\n' })
    expect(new KeyTemplate('/a/{id}/s').parse('/a/1/s\n')).toBeNull()
  })

  it('refuses parts that are not as they have to be', () => {
    const bad: [object, string][] = [
      [{ type: 'a', id: 'b' }, 'needs version to be text without a slash: it is undefined'],
      [{ type: '', id: 'b', version: '1.0' }, 'needs type'],
      [{ type: 'a/b', id: 'b', version: '1.0' }, 'needs type'],
      [{ type: 'a', id: 'b', version: 'x' }, 'whose version must match /^\\d+\\.\\d+$/'],
      [{ type: 'a', id: 'b:c', version: '1.0' }, 'must say which part'],
    ]
    for (const [parts, message] of bad) expect(() => workflow.path(parts as never)).toThrow(message)
    const proto = new KeyTemplate('/a/{constructor}')
    expect(() => proto.path({} as never)).toThrow('needs constructor')
    expect(proto.parse('/a/x')).toEqual({ constructor: 'x' })
  })

  it('knows where its keys lie, the more parts are given the closer', () => {
    const state = new KeyTemplate('/pb/{id}/task/{task}', {}, '/x')
    expect(state.search({})).toEqual({ path: '/x/pb/', level: 2 })
    expect(state.search({}, 'pb-2')).toEqual({ path: '/x/pb/pb-2', level: 2 })
    expect(state.search({ id: '1' })).toEqual({ path: '/x/pb/1/task/', level: 0 })
    expect(state.search({ task: '7' })).toEqual({ path: '/x/pb/', level: 2 })
    expect(state.search({ id: '1', task: '7' })).toEqual({ path: '/x/pb/1/task/7', level: 0 })
    expect(workflow.search({ type: 'batch' })).toEqual({ path: '/workflow/batch:', level: 0 })
    expect(() => workflow.search({}, 'a/b')).toThrow("can't be how a part")
  })

  it.each(['/a/{id}/{id}', '/a/{x}{y}', '/a/{}', '/a/{1}', '/a/{x', 'a/{x}', '/a/{x}/', '/a//{x}'])(
    'can not be %s',
    (text) => {
      expect(() => new KeyTemplate(text)).toThrow(expect.objectContaining({ code: 'ERR_KV_PATH' }))
    },
  )

  it('has patterns for its own parts only', () => {
    expect(() => new KeyTemplate('/a/{id}', { other: /x/ } as never)).toThrow('a pattern must be for a part of /a/{id}')
  })
})
