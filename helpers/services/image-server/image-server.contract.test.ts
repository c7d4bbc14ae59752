import { spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { get, type RequestOptions } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { TLSSocket } from "node:tls";
import { generate } from "selfsigned";
import { expect, onTestFinished, test } from "vitest";
import type { Service } from "../../base/child-service.ts";
import { makeRunCertificate, readUserCertificate, type UserCertificate } from "../certificate.ts";
import { countServedImages, startImageService, type ImageServerInfo, type ImageServerOptions } from "./index.ts";

const picture = Buffer.alloc(122_620, 0xd8);

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "kb-image-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function start(options: Partial<ImageServerOptions> = {}): Promise<Service<ImageServerInfo>> {
  const imagePath = join(await folder(), "picture.jpg");
  await writeFile(imagePath, picture);
  const server = await startImageService({ host: "127.0.0.1", imagePath, ...options });
  onTestFinished(() => server.stop());
  return server;
}

interface Fetched {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly body: Buffer;
  readonly protocol: string | null;
  readonly cipher: string;
}

async function fetchFrom(url: string, options: RequestOptions): Promise<Fetched> {
  const request = get(url, { agent: false, ...options });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const { socket } = response;
  if (!(socket instanceof TLSSocket)) throw new TypeError("https has a TLS socket");
  const [protocol, cipher] = [socket.getProtocol(), socket.getCipher().name];
  const body = await buffer(response);
  return { status: response.statusCode, type: response.headers["content-type"], body, protocol, cipher };
}

test("a client that trusts the run's CA gets the picture, by the artifact's protocol and cipher", async () => {
  const { info } = await start();
  const fetched = await fetchFrom(info.imageUrl, { ca: info.caCertificatePem });
  expect(fetched).toMatchObject({
    status: 200,
    type: "image/jpeg",
    protocol: "TLSv1.2",
    cipher: "ECDHE-ECDSA-AES256-GCM-SHA384",
  });
  expect(fetched.body.equals(picture)).toBe(true);
  expect(info.tls?.version).toBe("TLSv1.2");
});

test("a client that does not trust the CA refuses the server", async () => {
  const { info } = await start();
  await expect(fetchFrom(info.imageUrl, {})).rejects.toThrow(/unable to verify|self-signed/);
  const other = await makeRunCertificate("127.0.0.1");
  await expect(fetchFrom(info.imageUrl, { ca: other.caCertificatePem })).rejects.toThrow(/unable to verify|signature/);
});

test("NODE_EXTRA_CA_CERTS is all that a function needs", async () => {
  const { info } = await start();
  const caPath = join(await folder(), "ca.pem");
  await writeFile(caPath, info.caCertificatePem ?? "");
  const script = `fetch("${info.imageUrl}").then((r) => r.arrayBuffer()).then((b) => console.log(b.byteLength))`;
  const child = spawn(process.execPath, ["-e", script], {
    env: { NODE_EXTRA_CA_CERTS: caPath },
    stdio: ["ignore", "pipe", "inherit"],
  });
  expect(await text(child.stdout)).toBe(`${picture.length}\n`);
});

test("only the one protocol version is offered", async () => {
  const [old, recent] = [await start(), await start({ tlsVersion: "1.3" })];
  const ca = [old.info.caCertificatePem ?? "", recent.info.caCertificatePem ?? ""];
  await expect(fetchFrom(old.info.imageUrl, { ca, minVersion: "TLSv1.3" })).rejects.toThrow(/alert|version/i);
  await expect(fetchFrom(recent.info.imageUrl, { ca, maxVersion: "TLSv1.2" })).rejects.toThrow(/alert|version/i);
  await expect(fetchFrom(recent.info.imageUrl, { ca })).resolves.toMatchObject({
    protocol: "TLSv1.3",
    cipher: "TLS_AES_256_GCM_SHA384",
  });
  await expect(fetchFrom(old.info.imageUrl, { ca, ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" })).rejects.toThrow(
    /alert|cipher/i,
  );
});

test("only pictures that were sent whole are counted, and all else is 404", async () => {
  const { info } = await start();
  const ca = info.caCertificatePem;
  for (const path of ["/", "/image.jpg?x", "/image.png"]) {
    expect((await fetchFrom(info.url + path, { ca })).status).toBe(404);
  }
  expect((await fetchFrom(info.imageUrl, { ca, method: "POST" })).status).toBe(404);
  expect(await countServedImages(info)).toBe(0);
  await Promise.all([1, 2, 3].map(() => fetchFrom(info.imageUrl, { ca })));
  expect(await countServedImages(info)).toBe(3);
});

test("D-C19: the server sends its picture and no other file, its own key least of all", async () => {
  const { info } = await start();
  for (const path of ["/privkey.pem", "/certs/privkey.pem", "/../privkey.pem", "/picture.jpg", "/ca.pem"]) {
    expect((await fetchFrom(info.url + path, { ca: info.caCertificatePem })).status, path).toBe(404);
  }
});

test("the certificate is for the address and localhost, short-lived, and its key stays secret", async () => {
  const { info } = await start();
  const { chainPem } = await makeRunCertificate("10.201.0.1");
  const leaf = new X509Certificate(chainPem);
  expect(leaf.subjectAltName).toBe("IP Address:10.201.0.1, DNS:localhost");
  expect(leaf.validToDate.getTime() - Date.now()).toBeLessThan(8 * 24 * 3600 * 1000);
  expect(leaf.ca).toBe(false);
  expect(new X509Certificate(info.caCertificatePem ?? "").ca).toBe(true);
  expect(JSON.stringify(info)).not.toContain("PRIVATE KEY");
});

/** Files of a certificate for `images.example.org`, as certbot leaves them. */
async function userFiles(
  notAfterDate = new Date(Date.now() + 3_600_000),
): Promise<{ fullchainPath: string; privateKeyPath: string }> {
  const path = await folder();
  const pair = await generate([{ name: "commonName", value: "images.example.org" }], {
    algorithm: "sha256",
    notAfterDate,
  });
  const files = { fullchainPath: join(path, "fullchain.pem"), privateKeyPath: join(path, "privkey.pem") };
  await writeFile(files.fullchainPath, pair.cert);
  await writeFile(files.privateKeyPath, pair.private, { mode: 0o600 });
  return files;
}

test("a certificate of the user's serves under its own name", async () => {
  const files = await userFiles();
  const certificate = { ...files, caPath: files.fullchainPath, hostName: "images.example.org" };
  const { info } = await start({ certificate });
  expect(info.imageUrl).toMatch(/^https:\/\/images\.example\.org:\d+\/image\.jpg$/);
  const lookup: RequestOptions["lookup"] = (_host, { all }, done) =>
    all === true ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);
  const fetched = await fetchFrom(info.imageUrl, { ca: info.caCertificatePem, lookup });
  expect(fetched).toMatchObject({ status: 200, cipher: "ECDHE-RSA-AES256-GCM-SHA384" });
});

test("a certificate that cannot work is refused, with the reason", async () => {
  const [files, others] = [await userFiles(), await userFiles()];
  const ended = await userFiles(new Date(Date.now() - 1000));
  const host = "images.example.org";
  const read = (given: Partial<UserCertificate>) => readUserCertificate({ ...files, ...given }, host);
  await expect(read({})).resolves.toMatchObject({ description: expect.stringMatching(/; rsa$/) as string });
  await expect(readUserCertificate(files, "127.0.0.1")).rejects.toThrow(
    /it is not for 127\.0\.0\.1 but for DNS:images/,
  );
  await expect(read({ privateKeyPath: others.privateKeyPath })).rejects.toThrow(/is the key of another one/);
  await expect(read(ended)).rejects.toThrow(/it ended at/);
  await expect(read({ fullchainPath: files.privateKeyPath })).rejects.toThrow(/not a PEM certificate/);
  await expect(read({ fullchainPath: "/nowhere.pem" })).rejects.toThrow(/not found/);
  await expect(start({ certificate: files })).rejects.toThrow(/it is not for 127\.0\.0\.1/);
});

test("a plain server has no TLS, counts the same, and needs no certificate", async () => {
  const { info } = await start({ scheme: "http" });
  expect(info.imageUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/image\.jpg$/);
  expect([info.tls, info.caCertificatePem]).toEqual([undefined, undefined]);
  const answer = await fetch(info.imageUrl);
  expect(Buffer.from(await answer.arrayBuffer()).equals(picture)).toBe(true);
  expect(await countServedImages(info)).toBe(1);
});

test("a picture that cannot be read is named", async () => {
  await expect(start({ imagePath: "/nowhere.jpg" })).rejects.toThrow(/cannot read the picture \/nowhere\.jpg/);
});

test("after its stop it does not answer, and says so", async () => {
  const server = await start();
  await server.stop();
  await expect(countServedImages(server.info)).rejects.toThrow(/does not answer/);
});
