import { conform, type StandardSchema } from '../../../lib/kv/entities/schema.js'

/** What libraries make, some as a function with the same property. */
const port: StandardSchema<{ port: number }> = {
  '~standard': {
    validate: (value) => {
      const { port } = value as { port?: unknown }
      if (typeof port === 'string') return Promise.resolve({ value: { port: Number(port) } })
      if (typeof port === 'number') return { value: { port } }
      return { issues: [{ message: 'no number', path: ['port', { key: 0 }] }, { message: 'odd' }] }
    },
  },
}

describe('a schema', () => {
  it('may be a function that gives the value back or throws', async () => {
    await expect(conform(() => ({ a: 1 }), {})).resolves.toEqual({ a: 1 })
    const refuse = () => {
      throw new TypeError('no')
    }
    await expect(conform(refuse, {})).rejects.toThrow('no')
  })

  it('may be of a library, answer later, and say all that is wrong', async () => {
    for (const schema of [port, Object.assign(() => ({ port: -1 }), port)]) {
      await expect(conform(schema, { port: 1 })).resolves.toEqual({ port: 1 })
      await expect(conform(schema, { port: '2' })).resolves.toEqual({ port: 2 })
      await expect(conform(schema, {})).rejects.toThrow('port.0: no number; odd')
    }
  })
})
