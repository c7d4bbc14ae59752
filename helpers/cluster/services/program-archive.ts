import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { privateCache } from "../../runtimes/binary.ts";
import { buildAll, namedImages, programImage } from "../images/build.ts";
import { archiveOf } from "../../images/oci/archive.ts";
import { openBlobStore } from "../../images/oci/blob-store.ts";
import type { ProgramName } from "../images/program-images.ts";
import type { ImageArchive } from "../nodes/node-images.ts";

/** One of our programs alone, apart from the functions' images of `npm run images`. The same sources give the same reference. */
export async function buildProgramArchive(program: ProgramName): Promise<ImageArchive> {
  const directory = join(privateCache(), "program-images");
  const image = programImage(await buildAll(directory, { variants: [], functions: [] }), program);
  const path = join(directory, `${program}.tar`);
  const tar = archiveOf(await openBlobStore(directory), namedImages({ images: [image] }));
  await pipeline(tar, createWriteStream(path));
  return { reference: image.reference, sizeBytes: (await stat(path)).size, open: () => createReadStream(path) };
}
