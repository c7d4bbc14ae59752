import { readFile } from "node:fs/promises";
import { fileReasonOf, KaliumError, messageOf } from "../../base/errors.ts";
import { startService, type Service, type StartService } from "../../base/child-service.ts";
import { readUserCertificate, type ServerCertificate, type UserCertificate } from "../certificate.ts";

export interface ImageServerOptions {
  /** Where it listens, on a free port. */
  readonly host: string;
  /** The file that `/image.jpg` gives. */
  readonly imagePath: string;
  /** `1.2` is what the artifact demands; only one version is offered, so that all systems use the same. */
  readonly tlsVersion?: "1.2" | "1.3";
  /** A certificate of the user's. Absent: a private CA and a certificate of this run. */
  readonly certificate?: UserCertificate | undefined;
  /** In the URL and the run's own certificate. Absent: the certificate's of the user, else the address. */
  readonly name?: string;
  /** Absent: HTTPS. Plain HTTP is for guards that read what a function writes. */
  readonly scheme?: "http" | "https";
}

export interface ImageServerInfo {
  readonly url: string;
  readonly imageUrl: string;
  /** For NODE_EXTRA_CA_CERTS in the functions; absent where a public CA signed. */
  readonly caCertificatePem?: string;
  /** What is offered, for the record; absent: plain HTTP. */
  readonly tls?: { readonly version: string; readonly ciphers: string; readonly certificate: string };
  /** Address on this machine's loopback that tells the number of pictures served. */
  readonly controlUrl: string;
}

/** Of its process, which may run where the files are not. */
export interface ImageServiceOptions {
  readonly host: string;
  /** In the URL. */
  readonly name: string;
  readonly imageBase64: string;
  readonly tlsVersion: "1.2" | "1.3";
  readonly scheme: "http" | "https";
  /** Absent: it makes one for `host`, whose keys nobody else sees. */
  readonly certificate?: ServerCertificate;
}

/** Starts the server of the testbed's picture. @throws {KaliumError} E_CONFIG for unusable files, E_SERVICE */
export async function startImageService(
  { host, imagePath, tlsVersion = "1.2", certificate: own, scheme = "https", name: given }: ImageServerOptions,
  start: StartService = startService,
): Promise<Service<ImageServerInfo>> {
  const image = await readFile(imagePath).catch((error: unknown) => {
    throw new KaliumError("E_CONFIG", `cannot read the picture ${imagePath}: ${fileReasonOf(error)}`, { cause: error });
  });
  const name = own === undefined ? (given ?? host) : (own.hostName ?? host);
  const options: ImageServiceOptions = {
    host,
    name,
    imageBase64: image.toString("base64"),
    tlsVersion,
    scheme,
    ...(own && { certificate: await readUserCertificate(own, name) }),
  };
  return start(new URL("main.ts", import.meta.url), options, { name: "image server", timeoutMs: 120_000 });
}

/** How many times the picture was sent to its last byte. @throws {KaliumError} E_SERVICE */
export async function countServedImages({ controlUrl }: Pick<ImageServerInfo, "controlUrl">): Promise<number> {
  try {
    const answer = await fetch(controlUrl, { signal: AbortSignal.timeout(60_000) });
    return ((await answer.json()) as { served: number }).served;
  } catch (error) {
    throw new KaliumError("E_SERVICE", `the image server does not answer: ${messageOf(error)}`, { cause: error });
  }
}
