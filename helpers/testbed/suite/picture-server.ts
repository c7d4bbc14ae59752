import { X509Certificate } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makePicture } from "../../../fixtures/images/picture.ts";
import { type ImageServerInfo, startImageServer } from "../../services/image-server/index.ts";
import type { Lab } from "../run/lab.ts";
import { serviceStarter } from "../run/service-starter.ts";
import type { Service } from "../../base/child-service.ts";

/** The server of the generated picture, on the run's network. */
export async function startPictureServer(lab: Lab): Promise<Service<ImageServerInfo>> {
  const { network, runDirectory, config } = lab;
  const imagePath = join(runDirectory, "image.jpg");
  await writeFile(imagePath, makePicture());
  const { version, files } = config.tls;
  const certificate = files && {
    fullchainPath: files.cert,
    privateKeyPath: files.key,
    caPath: files.ca,
    hostName: await firstDnsName(files.cert),
  };
  const options = {
    host: network.hostAddress,
    imagePath,
    tlsVersion: version,
    certificate,
    scheme: config.pictureScheme,
  };
  return startImageServer(options, serviceStarter(lab));
}

/** `RESOLVE` of the functions: the name in the picture's URL, and the address behind it. */
export function resolveOf({ imageUrl }: Pick<ImageServerInfo, "imageUrl">, { network }: Pick<Lab, "network">) {
  const { hostname } = new URL(imageUrl);
  return hostname === network.hostAddress ? {} : { resolve: `${hostname}=${network.hostAddress}` };
}

/** The first name without a wildcard that a certificate is for; the image server explains one that cannot be read. */
async function firstDnsName(path: string): Promise<string | undefined> {
  try {
    const { subjectAltName = "" } = new X509Certificate(await readFile(path));
    return /(?:^|, )DNS:([^*,]+)/.exec(subjectAltName)?.[1];
  } catch {
    return undefined;
  }
}
