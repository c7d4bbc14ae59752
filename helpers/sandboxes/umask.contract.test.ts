import { chmod, copyFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { functions } from "../../fixtures/hello-retail/deployed-functions.ts";
import { vanilla } from "../../fixtures/variants/vanilla.ts";
import { untilReady } from "../gateway/readiness.ts";
import { buildImages } from "../images/build-images.ts";
import { createTable, noLocalServer, startPrivateServer } from "../services/mysql/test-server.ts";
import { connectMysql } from "../services/mysql/index.ts";
import { gvisor } from "../runtimes/gvisor.ts";
import { native } from "../runtimes/native.ts";
import { runc } from "../runtimes/runc.ts";
import { driverOf, openTestRun, patience, specFor } from "../runtimes/testing/test-run.ts";
import { createRunDirectory } from "./run-directory.ts";

/** Nobody else may read anything that is made without a mode of its own: 077 takes away all that 027 does. */
function underUmask077(): void {
  const before = process.umask(0o077);
  onTestFinished(() => void process.umask(before));
}

const definition = functions.filter(({ name }) => name === "product-photos-4-success");

const all = { native, runc, gvisor };

test.for(["native", "runc", "gvisor"] as const)(
  "a function answers under %s, whose image, root and Node were made under a umask of 077",
  { timeout: 300_000 },
  async (name, { skip }) => {
    underUmask077();
    await using run = await openTestRun();
    const { runDirectory } = run.settings;
    const nodeBinary = join(runDirectory, "own-node");
    await copyFile(process.execPath, nodeBinary);
    await chmod(nodeBinary, 0o700); // as `npm ci` leaves it
    const opened = await all[name].open({ ...run.settings, nodeBinary }, patience);
    if (!opened.available) skip(opened.reason);
    await buildImages({ functions: definition, variant: vanilla, imagesDirectory: join(runDirectory, "images") });
    const imageDirectory = join(runDirectory, "images/kalium-bench/product-photos-4-success/vanilla");
    await using sandbox = await driverOf(opened).start(
      specFor(run, { imageDirectory, command: ["node", "index.cjs"] }),
      patience,
    );
    const hint = new AbortController().signal;
    await untilReady(sandbox, "/_/health", { hint, timeoutMs: 240_000, signal: patience });
  },
);

test.skipIf(noLocalServer)("a private server starts under a umask of 077", { timeout: 300_000 }, async () => {
  underUmask077();
  await using server = await startPrivateServer();
  const admin = connectMysql(server.info);
  onTestFinished(() => admin.close());
  await admin.createDatabase("works", [createTable]);
});

test("a server that drops root passes through the run's folder, whatever the umask", async () => {
  underUmask077();
  const { path } = await createRunDirectory();
  onTestFinished(() => rm(path, { recursive: true }));
  expect((await stat(path)).mode & 0o777).toBe(0o711);
});
