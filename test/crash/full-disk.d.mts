/** The types of `full-disk.mjs`, for tests. */
export class FullDisk {
  constructor(path: string)
  /** Why it can't be done; null if it could. */
  mount(freeBytes: number): string | null
  relieve(): void
  unmount(isKept: boolean): void
}

/** Why no small disk can be mounted here; null if one can. */
export function whyNotMountable(directory: string): string | null
