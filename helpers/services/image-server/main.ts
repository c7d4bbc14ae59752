import { once } from "node:events";
import { createServer as createPlainServer, type RequestListener } from "node:http";
import { createServer } from "node:https";
import type { TlsOptions } from "node:tls";
import { runService } from "../../base/child-service.ts";
import { makeRunCertificate } from "../certificate.ts";
import { startCountsPage } from "../../base/counts-page.ts";
import type { ImageServerInfo, ImageServiceOptions } from "./index.ts";

const policies = {
  // The suites of the artifact's image server; which of the two is used follows from the certificate's key.
  "1.2": { version: "TLSv1.2", ciphers: "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384" },
  "1.3": { version: "TLSv1.3", ciphers: "TLS_AES_256_GCM_SHA384" },
} as const;

await runService(async (given) => {
  const { host, name, imageBase64, tlsVersion, scheme, ...own } = given as ImageServiceOptions; // from startImageServer
  const image = Buffer.from(imageBase64, "base64");
  let served = 0;
  const answer: RequestListener = (request, response) => {
    if (request.method !== "GET" || request.url !== "/image.jpg") {
      response.writeHead(404).end();
      return;
    }
    response.once("finish", () => served++);
    response.writeHead(200, { "content-type": "image/jpeg", "content-length": image.length }).end(image);
  };
  const certificate = scheme === "http" ? undefined : (own.certificate ?? (await makeRunCertificate(host, name)));
  const { version, ciphers } = policies[tlsVersion];
  const tls: TlsOptions = { minVersion: version, maxVersion: version, ciphers };
  const server =
    certificate === undefined
      ? createPlainServer(answer)
      : createServer({ ...tls, key: certificate.privateKeyPem, cert: certificate.chainPem }, answer);
  server.listen(0, host);
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const control = await startCountsPage(() => ({ served }));
  const url = `${scheme}://${name}:${port}`;
  const ca = certificate?.caCertificatePem;
  const info: ImageServerInfo = {
    url,
    imageUrl: `${url}/image.jpg`,
    ...(ca !== undefined && { caCertificatePem: ca }),
    ...(certificate && { tls: { version, ciphers, certificate: certificate.description } }),
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
