/**
 * Units of measure: what is needed to show a value in other units than it is sent in. Known are angles, lengths, times,
 * temperatures, pressures, masses, frequencies and the electrical ones below, with no products or powers of units.
 */

/** A unit: a value times `factor` plus `offset` is in the base unit of its dimension. */
interface Unit {
  readonly dimension: string
  readonly factor: number
  readonly offset: number
}

const DEGREE = Math.PI / 180
const HOUR = 15 * DEGREE
const FACTORS: Readonly<Record<string, readonly (readonly [names: string, factor: number])[]>> = {
  angle: [
    ['rad radian radians', 1],
    ['deg degree degrees °', DEGREE],
    ['h hr hour hours hourangle', HOUR],
    ['arcmin arcminute arcminutes', DEGREE / 60],
    ['arcsec arcsecond arcseconds', DEGREE / 3600],
    ['mas', DEGREE / 3_600_000],
    ['mrad milliradian milliradians', 1e-3],
    ['rev revolution revolutions turn turns', 360 * DEGREE],
  ],
  time: [
    ['s sec second seconds', 1],
    ['ms millisecond milliseconds', 1e-3],
    ['us µs microsecond microseconds', 1e-6],
    ['ns nanosecond nanoseconds', 1e-9],
    ['min minute minutes', 60],
    ['h hr hour hours', 3600],
    ['d day days', 86_400],
  ],
  length: [
    ['m meter meters metre metres', 1],
    ['km kilometer kilometers', 1e3],
    ['cm centimeter centimeters', 1e-2],
    ['mm millimeter millimeters', 1e-3],
    ['um µm micron microns micrometer micrometers', 1e-6],
    ['nm nanometer nanometers', 1e-9],
    ['angstrom angstroms Å', 1e-10],
    ['in inch inches', 0.0254],
    ['ft foot feet', 0.3048],
  ],
  pressure: [
    ['Pa pascal pascals', 1],
    ['hPa hectopascal hectopascals mbar millibar millibars', 100],
    ['kPa kilopascal kilopascals', 1e3],
    ['bar bars', 1e5],
    ['psi', 6894.757293168],
    ['torr mmHg', 101_325 / 760],
    ['atm', 101_325],
  ],
  mass: [
    ['kg kilogram kilograms', 1],
    ['g gram grams', 1e-3],
    ['mg milligram milligrams', 1e-6],
    ['lb pound pounds', 0.45359237],
  ],
  frequency: [
    ['Hz hertz', 1],
    ['kHz kilohertz', 1e3],
    ['MHz megahertz', 1e6],
    ['GHz gigahertz', 1e9],
  ],
  voltage: [
    ['V volt volts', 1],
    ['mV millivolt millivolts', 1e-3],
    ['kV kilovolt kilovolts', 1e3],
  ],
  current: [
    ['A amp amps ampere amperes', 1],
    ['mA milliamp milliamps', 1e-3],
    ['uA µA microamp microamps', 1e-6],
  ],
  power: [
    ['W watt watts', 1],
    ['mW milliwatt milliwatts', 1e-3],
    ['kW kilowatt kilowatts', 1e3],
  ],
  ratio: [
    ['fraction', 1],
    ['% percent', 1e-2],
  ],
}
const KELVIN = 273.15
const TEMPERATURES: readonly (readonly [names: string, factor: number, offset: number])[] = [
  ['K kelvin', 1, 0],
  ['C °C degC celsius', 1, KELVIN],
  ['F °F degF fahrenheit', 5 / 9, KELVIN - (32 * 5) / 9],
]

/** By the name as it is written, since mV and MV differ; words also in other cases. */
const UNITS = new Map<string, Unit[]>()
for (const [dimension, units] of Object.entries(FACTORS))
  for (const [names, factor] of units) enter(names, { dimension, factor, offset: 0 })
for (const [names, factor, offset] of TEMPERATURES) enter(names, { dimension: 'temperature', factor, offset })

function enter(names: string, unit: Unit): void {
  for (const name of names.split(' ')) UNITS.set(name, [...(UNITS.get(name) ?? []), unit])
}

/**
 * A value in other units. Null: one of them isn't known, or they measure different things. An hour is a time among times, and
 * the 24th part of a circle among angles.
 *
 * @example
 * assert.equal(convert(Math.PI, 'rad', 'degrees'), 180)
 * assert.equal(convert(1, 'hour', 'min'), 60)
 * assert.equal(convert(1, 'm', 's'), null)
 */
export function convert(value: number, from: string, into: string): number | null {
  for (const one of unitsOf(from)) {
    const other = unitsOf(into).find(({ dimension }) => dimension === one.dimension)
    if (other !== undefined) return (value * one.factor + one.offset - other.offset) / other.factor
  }
  return null
}

/** Whether a unit is a degree or an hour, which are divided into sixtieths. */
export function isAngle(unit: string): boolean {
  return unitsOf(unit).some(({ dimension, factor }) => dimension === 'angle' && (factor === DEGREE || factor === HOUR))
}

function unitsOf(name: string): readonly Unit[] {
  const trimmed = name.trim()
  return UNITS.get(trimmed) ?? (trimmed.length > 4 ? (UNITS.get(trimmed.toLowerCase()) ?? []) : [])
}
