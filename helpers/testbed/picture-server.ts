import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makePicture } from "../../fixtures/images/picture.ts";
import { type ImageServerInfo, startImageServer } from "../image-server/index.ts";
import type { Lab } from "../lab/lab.ts";
import type { Service } from "../service.ts";

/** The HTTPS server of the generated picture, on the run's network. */
export async function startPictureServer({ network, runDirectory, config }: Lab): Promise<Service<ImageServerInfo>> {
  const imagePath = join(runDirectory, "image.jpg");
  await writeFile(imagePath, makePicture());
  const { version, files } = config.tls;
  return startImageServer({
    host: network.hostAddress,
    imagePath,
    tlsVersion: version,
    ...(files && { certificate: { fullchainPath: files.cert, privateKeyPath: files.key } }),
  });
}
