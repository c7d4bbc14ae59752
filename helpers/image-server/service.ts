import { once } from "node:events";
import { createServer } from "node:https";
import type { TlsOptions } from "node:tls";
import { runService } from "../service.ts";
import { makeRunCertificate } from "./certificate.ts";
import { startControl } from "../control.ts";
import type { ImageServerInfo, ImageServiceOptions } from "./index.ts";

const policies = {
  // The suites of the artifact's image server; which of the two is used follows from the certificate's key.
  "1.2": { version: "TLSv1.2", ciphers: "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384" },
  "1.3": { version: "TLSv1.3", ciphers: "TLS_AES_256_GCM_SHA384" },
} as const;

await runService(async (given) => {
  const { host, name, imageBase64, tlsVersion, ...own } = given as ImageServiceOptions; // from startImageServer
  const image = Buffer.from(imageBase64, "base64");
  const certificate = own.certificate ?? (await makeRunCertificate(host));
  const { version, ciphers } = policies[tlsVersion];
  let served = 0;
  const tls: TlsOptions = { minVersion: version, maxVersion: version, ciphers };
  const server = createServer(
    { ...tls, key: certificate.privateKeyPem, cert: certificate.chainPem },
    (request, response) => {
      if (request.method !== "GET" || request.url !== "/image.jpg") {
        response.writeHead(404).end();
        return;
      }
      response.once("finish", () => served++);
      response.writeHead(200, { "content-type": "image/jpeg", "content-length": image.length }).end(image);
    },
  );
  server.listen(0, host);
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const control = await startControl(() => ({ served }));
  const url = `https://${name}:${port}`;
  const info: ImageServerInfo = {
    url,
    imageUrl: `${url}/image.jpg`,
    ...(certificate.caCertificatePem !== undefined && { caCertificatePem: certificate.caCertificatePem }),
    tls: { version, ciphers, certificate: certificate.description },
    controlUrl: control.url,
  };
  return {
    info,
    stop: () => {
      control.close();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
});
