/** The services' image as it would be unpacked, without a cluster: each program starts from what is in it alone. */
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { countServedImages, startImageService } from "../../services/image-server/index.ts";
import { startController, readControllerStatus } from "../../kalium/controller/index.ts";
import { controllerSecurity, guardSecurity, makeRunKeys } from "../../kalium/controller/keys.ts";
import {
  fetchGuardLog,
  readGuardStatus,
  registerInstance,
  startGuardProxy,
  unregisterInstance,
} from "../../kalium/proxy/index.ts";
import { samplePolicy } from "../../kalium/testing/sample-policy.ts";
import { type StartService, startService } from "../../base/child-service.ts";
import { readMails, startSmtpSink } from "../../services/smtp-sink/index.ts";
import { servicePath, serviceProgram } from "../services/service-programs.ts";
import { programImages } from "./program-images.ts";

let root = "";
const unpacked: StartService = (entry, options, start) =>
  startService(pathToFileURL(join(root, servicePath(serviceProgram(entry)))), options, start);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "kb-services-image-"));
  const image = (await programImages()).find(({ program }) => program === "services");
  for (const entry of image?.layers.flat() ?? []) {
    const path = join(root, entry.path);
    await mkdir(dirname(path), { recursive: true });
    if (entry.kind === "text") await writeFile(path, entry.content);
    if (entry.kind === "file") await copyFile(entry.from, path);
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

test("the image server and the mail sink", async () => {
  const imagePath = join(root, "picture.jpg");
  await writeFile(imagePath, "a picture");
  await using images = await startImageService({ host: "127.0.0.1", imagePath }, unpacked);
  expect(images.info.caCertificatePem).toContain("BEGIN CERTIFICATE");
  expect(await countServedImages(images.info)).toBe(0);
  await using mails = await startSmtpSink({ host: "127.0.0.1" }, unpacked);
  expect(await readMails(mails.info)).toEqual({ count: 0, mails: [] });
});

test("the controller and the guard proxy find each other, and the proxy's log can be fetched", async () => {
  const policyPath = join(root, "policy.json");
  await writeFile(policyPath, JSON.stringify(samplePolicy()));
  const keys = makeRunKeys();
  const security = controllerSecurity(keys);
  const common = { host: "127.0.0.1", semantics: "reference" } as const;
  await using controller = await startController({ ...common, policyPath, security }, { start: unpacked });
  const peer = { address: controller.info.address, security: guardSecurity(keys), peer: "embedded" } as const;
  const options = { ...common, action: "enforce", controller: peer, logPath: join(root, "far.jsonl") } as const;
  await using proxy = await startGuardProxy(options, unpacked);
  const functionName = "test0"; // of that policy
  const registered = await registerInstance(proxy.info, "i1", { functionName, token: "t".repeat(32) });
  expect(registered).toMatchObject({ function: functionName, hasPolicy: true }); // which only the controller knows
  expect((await readControllerStatus(controller.info)).openSessions).toBe(0);
  await unregisterInstance(proxy.info, "i1");
  await writeFile(join(root, "far.jsonl"), "first\nsecond\n");
  await writeFile(join(root, "near.jsonl"), "first\n");
  await fetchGuardLog(proxy.info, join(root, "near.jsonl"));
  await fetchGuardLog(proxy.info, join(root, "near.jsonl"));

  expect(await readFile(join(root, "near.jsonl"), "utf8")).toBe("first\nsecond\n");
  expect((await readGuardStatus(proxy.info)).refusedConnections).toBe(0);
});
