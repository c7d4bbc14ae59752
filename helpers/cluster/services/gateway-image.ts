import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { privateCache } from "../../runtimes/binary.ts";
import { buildAll, gatewayImage, namedImages } from "../images/build.ts";
import { archiveOf } from "../images/oci/archive.ts";
import { openBlobStore } from "../images/oci/blob-store.ts";
import type { ImageArchive } from "../nodes/node-images.ts";

/** Our gateway alone, apart from the functions' images of `npm run images`. The same sources give the same reference. */
export async function buildGatewayImage(): Promise<ImageArchive> {
  const directory = join(privateCache(), "gateway-image");
  const list = await buildAll(directory, { variants: [], functions: [] });
  const reference = gatewayImage(list);
  if (reference === undefined) throw new TypeError("buildAll builds the gateway's image");
  const path = join(directory, "gateway.tar");
  await pipeline(archiveOf(await openBlobStore(directory), namedImages(list)), createWriteStream(path));
  return { reference, sizeBytes: (await stat(path)).size, open: () => createReadStream(path) };
}
