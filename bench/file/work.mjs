// The steps of the file bench for contenders in JavaScript: parse, cut the address to its /24, stamp, keep, write.
export const parse = (line) => JSON.parse(line)

export const anonymise = (d) => {
  const { ip } = d
  d.ip = `${ip.slice(0, ip.lastIndexOf('.') + 1)}0`
  return d
}

export const stamp = (d) => {
  d.time = new Date(d.ts * 1000).toISOString()
  return d
}

export const keep = (d) => d.level === 'info'

export const format = (d) => JSON.stringify(d)
