import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { VersionApi } from "@kubernetes/client-node";
import { expect, onTestFinished, test } from "vitest";
import { makeRunCertificate } from "../../services/certificate.ts";
import { KeptConnections } from "./kept-connections.ts";

const version = { major: "1", minor: "34", gitVersion: "v1.34.4" };

test("requests share a connection, until the credentials change", async () => {
  const { chainPem, privateKeyPem, caCertificatePem = "" } = await makeRunCertificate("127.0.0.1");
  let connections = 0;
  const tokens: (string | undefined)[] = [];
  const server = createServer({ cert: chainPem, key: privateKeyPem }, (request, response) => {
    tokens.push(request.headers.authorization);
    response.setHeader("content-type", "application/json").end(JSON.stringify(version));
  });
  server.keepAliveTimeout = 300_000;
  server.on("secureConnection", () => (connections += 1));
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });

  const config = new KeptConnections();
  const base64 = (pem: string): string => Buffer.from(pem).toString("base64");
  const { port } = server.address() as AddressInfo;
  const cluster = { name: "c", server: `https://127.0.0.1:${port}`, caData: base64(caCertificatePem) };
  const user = { name: "u", token: "first" };
  config.loadFromClusterAndUser({ ...cluster, skipTLSVerify: false }, user);
  const api = config.makeApiClient(VersionApi);
  for (let i = 0; i < 20; i++) expect(await api.getCode()).toMatchObject(version);
  expect(tokens).toHaveLength(20);
  expect(connections).toBeLessThan(10); // a second one, where a request comes before the last has given its back
  const before = connections;

  // A client certificate is of the connection: what came later must not be asked with the old one.
  const { chainPem: certificate, privateKeyPem: key } = await makeRunCertificate("127.0.0.1");
  config.users = [{ ...user, token: "second", certData: base64(certificate), keyData: base64(key) }];
  await Promise.all([api.getCode(), api.getCode()]);
  expect(connections).toBeGreaterThan(before);
  expect(tokens.slice(19)).toEqual(["Bearer first", "Bearer second", "Bearer second"]);
});
