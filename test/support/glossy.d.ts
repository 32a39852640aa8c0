declare module 'glossy' {
  /** What an independent parser finds in a syslog message. */
  export interface Parsed {
    readonly facility: string
    readonly facilityID: number
    readonly severity: string
    readonly severityID: number
    readonly type: string
    readonly time: Date
    readonly host: string
    readonly appName?: string | null
    readonly pid?: string | number | null
    readonly msgID?: string | null
    readonly structuredData?: Readonly<Record<string, Readonly<Record<string, string>>>>
    readonly message: string
  }
  export const Parse: { parse(message: string | Buffer): Parsed }
}
