import { X509Certificate, createPrivateKey, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { generate } from "selfsigned";
import { fileReasonOf, KaliumError } from "../base/errors.ts";

export interface UserCertificate {
  readonly fullchainPath: string;
  readonly privateKeyPath: string;
  /** CA that functions must trust; absent where a public CA signed. */
  readonly caPath?: string | undefined;
  /** Name in the URL. Absent: the address; the certificate must be for it. */
  readonly hostName?: string | undefined;
}

export interface ServerCertificate {
  readonly chainPem: string;
  readonly privateKeyPem: string;
  readonly caCertificatePem?: string;
  /** For the record: who signed, and the kind of key. */
  readonly description: string;
}

/** Longer than any run; both certificates end with it. */
const validityMs = 7 * 24 * 60 * 60 * 1000;
/** Clocks of sandboxes may be a little behind. */
const clockSkewMs = 5 * 60 * 1000;

/** A private CA and one certificate for `host`, `name` and localhost. Keys stay in memory; the CA's is forgotten at once. */
export async function makeRunCertificate(host: string, name = host): Promise<ServerCertificate> {
  const common = {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    notBeforeDate: new Date(Date.now() - clockSkewMs),
    notAfterDate: new Date(Date.now() + validityMs),
  } as const;
  // Clients look a CA up by its name: two runs' CAs must not share one.
  const caName = `kalium-bench run CA ${randomBytes(8).toString("hex")}`;
  const authority = await generate([{ name: "commonName", value: caName }], {
    ...common,
    extensions: [
      { name: "basicConstraints", cA: true, pathLenConstraint: 0, critical: true },
      { name: "keyUsage", keyCertSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: "commonName", value: "kalium-bench" }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [...[...new Set([host, name])].map(alternative), { type: 2, value: "localhost" }],
      },
    ],
  });
  return {
    chainPem: leaf.cert,
    privateKeyPem: leaf.private,
    caCertificatePem: authority.cert,
    description: "private CA of the run, ECDSA P-256",
  };
}

const alternative = (name: string) =>
  isIP(name) === 0 ? ({ type: 2, value: name } as const) : ({ type: 7, ip: name } as const);

/** @throws {KaliumError} E_CONFIG when the files do not belong together, or not to this host and day */
export async function readUserCertificate(given: UserCertificate, host: string): Promise<ServerCertificate> {
  const { fullchainPath, privateKeyPath, caPath } = given;
  const refuse = (why: string): KaliumError =>
    new KaliumError("E_CONFIG", `the certificate ${fullchainPath} cannot be used: ${why}`, {
      hint: "Give fullchain.pem and privkey.pem of a valid certificate for the image server's host name.",
    });
  const read = (path: string): Promise<string> =>
    readFile(path, "utf8").catch((error: unknown) =>
      Promise.reject(refuse(path === fullchainPath ? fileReasonOf(error) : `${path}: ${fileReasonOf(error)}`)),
    );
  const [chainPem, privateKeyPem] = [await read(fullchainPath), await read(privateKeyPath)];
  const caCertificatePem = caPath === undefined ? undefined : await read(caPath);
  const certificate = parse(() => new X509Certificate(chainPem), "it is not a PEM certificate");
  const key = parse(() => createPrivateKey(privateKeyPem), `${privateKeyPath} is not a PEM private key`);
  if (!certificate.checkPrivateKey(key)) throw refuse(`${privateKeyPath} is the key of another one`);
  if (certificate.validToDate < new Date()) throw refuse(`it ended at ${certificate.validTo}`);
  if ((isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) === undefined) {
    throw refuse(`it is not for ${host} but for ${certificate.subjectAltName ?? certificate.subject}`);
  }
  const description = `${certificate.issuer.replaceAll("\n", ", ")}; ${key.asymmetricKeyType ?? "unknown key"}`;
  return { chainPem, privateKeyPem, ...(caCertificatePem !== undefined && { caCertificatePem }), description };

  function parse<T>(read: () => T, otherwise: string): T {
    try {
      return read();
    } catch {
      throw refuse(otherwise);
    }
  }
}
