/** Reads files of both kinds: plain ones in turns, a chunk each; packed ones one after another. */
import { ChunkReader, type ChunkOptions, type ChunkTarget } from './chunk-reader.js'
import type { FileLoop } from './loop.js'
import type { OpenFiles } from './open-files.js'
import { PackedReader } from './packed-reader.js'
import type { TailedFile } from './tailed-file.js'

/** The reader. A packed file is told to be `atEnd` once, when all of it was given. */
export class FileReader {
  private readonly plain: ChunkReader
  private readonly packed: PackedReader

  constructor(loop: FileLoop, files: OpenFiles, target: ChunkTarget, options: ChunkOptions) {
    this.plain = new ChunkReader(loop, files, target, options)
    this.packed = new PackedReader(files, target, options)
  }

  /** The file may have more to read: give it a turn. */
  ready(file: TailedFile): void {
    if (file.isPacked) this.packed.ready(file)
    else this.plain.ready(file)
  }

  /** The same for a plain file that was quiet: read it now, if nothing else is under way. */
  readyNow(file: TailedFile): void {
    this.plain.readyNow(file)
  }

  /** Read nothing until `resume`. */
  pause(): void {
    this.plain.pause()
    this.packed.pause()
  }

  /** Go on. */
  resume(): void {
    this.plain.resume()
    this.packed.resume()
  }

  /** End: what is under way comes to nothing. Resolves once no descriptor is in use any more. */
  async close(): Promise<void> {
    this.packed.close()
    await this.plain.close()
  }

  /** Wait for nothing of this file any more. */
  forget(file: TailedFile): void {
    if (!file.isPacked) this.plain.forget(file)
  }
}
