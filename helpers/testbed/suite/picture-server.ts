import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makePicture } from "../../../fixtures/images/picture.ts";
import { type ImageServerInfo, startImageService } from "../../services/image-server/index.ts";
import { nameInCertificate } from "../../platforms/local/names.ts";
import type { Lab } from "../run/lab.ts";
import { serviceStarter } from "../run/service-starter.ts";
import type { Service } from "../../base/child-service.ts";

/** The server of the generated picture, or of the user's application's, on the run's network. */
export async function startPictureServer(lab: Lab): Promise<Service<ImageServerInfo>> {
  const { network, runDirectory, config } = lab;
  const generated = join(runDirectory, "image.jpg");
  const imagePath = config.application?.picture ?? generated;
  if (imagePath === generated) await writeFile(generated, makePicture());
  const { version, files } = config.tls;
  const certificate = files && {
    fullchainPath: files.cert,
    privateKeyPath: files.key,
    caPath: files.ca,
    hostName: await nameInCertificate(config),
  };
  const options = {
    host: network.hostAddress,
    imagePath,
    tlsVersion: version,
    certificate,
    scheme: config.pictureScheme,
    ...(lab.names && { name: lab.names.imageServer }),
  };
  return startImageService(options, serviceStarter(lab));
}

/** `RESOLVE` of functions that look no names up: the name in the picture's URL, and the address behind it. */
export function resolveOf({ imageUrl }: Pick<ImageServerInfo, "imageUrl">, { network }: Pick<Lab, "network">) {
  const { hostname } = new URL(imageUrl);
  return hostname === network.hostAddress ? {} : { resolve: `${hostname}=${network.hostAddress}` };
}
