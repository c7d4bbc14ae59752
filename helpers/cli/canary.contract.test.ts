import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { createConnection } from "mysql2/promise";
import { expect, onTestFinished, test } from "vitest";
import { noLocalServer, startPrivateServer } from "../services/mysql/test-server.ts";

/** Secrets are planted wherever a user may give one; nothing that a run writes, prints or starts may show them. */
const launcher = fileURLToPath(new URL("kalium-bench", import.meta.url));
const canary = (where: string): string => `canary-${where}-${randomBytes(12).toString("hex")}`;

const planted = {
  database: canary("database"),
  environment: canary("environment"),
  header: canary("header"),
  query: canary("query"),
  body: canary("body"),
  secret: canary("secret"),
};

const stackFile = (price: string): string => `provider: { name: openfaas }
functions:
  publish:
    image: hello-retail/product-purchase-4-publish
    secrets: [token]
    environment: { API_TOKEN: ${planted.environment} }
kalium-bench:
  calls:
    publish:
      function: publish
      path: /request?key=${planted.query}
      headers: { Authorization: "Bearer ${planted.header}" }
      json: { id: "1", price: "1", approved: "true", note: ${planted.body} }
      expect: { matches: ${price} }
`;

/** Text of every file below, by path. */
async function filesBelow(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = files.map(async (path) => [path, await readFile(path, "latin1").catch(() => "")] as const);
  return new Map(await Promise.all(texts));
}

/** Arguments of every process of this machine that show a canary. */
async function shownInProcesses(): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "latin1").catch(() => "")));
  return lines.filter((line) => Object.values(planted).some((value) => line.includes(value)));
}

/** A database account whose password is a canary. */
async function databaseUrl(): Promise<string> {
  const server = await startPrivateServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const { endpoint, adminUser: user, adminPassword: password } = server.info;
  const admin = await createConnection({ ...endpoint, user, password });
  await admin.query(`CREATE USER 'bench'@'127.0.0.1' IDENTIFIED BY '${planted.database}'`);
  await admin.query("GRANT ALL ON *.* TO 'bench'@'127.0.0.1' WITH GRANT OPTION");
  await admin.end();
  return `mysql://bench:${planted.database}@127.0.0.1:${endpoint.port}`;
}

const outcomes = [
  { title: "a run that goes well", answer: "productPrice", exitCode: 0 },
  { title: "a run whose check fails", answer: "no-such-answer", exitCode: 1 },
];

test.skipIf(noLocalServer !== undefined).for(outcomes)(
  "$title shows no secret in files, output or processes",
  async ({ answer, exitCode: expected }) => {
    const root = await mkdtemp(join(tmpdir(), "kb-canary-"));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    for (const folder of ["app/.secrets", "tmp", "results", "out"])
      await mkdir(join(root, folder), { recursive: true });
    await writeFile(join(root, "app/.secrets/token"), planted.secret);
    await writeFile(join(root, "app/stack.yml"), stackFile(answer));
    const seen = new Set<string>();
    const running = execa(launcher, ["bench", "--app", join(root, "app/stack.yml")], {
      ...{ cwd: root, reject: false, all: true, stdin: "ignore", timeout: 500_000 },
      env: {
        ...{ KALIUM_PROFILE: "smoke", KALIUM_SYSTEMS: "native", KALIUM_SETUP: "never", NO_COLOR: "1" },
        ...{ KALIUM_CALL_TIMEOUT_MS: "120000", KALIUM_READY_TIMEOUT_MS: "300000", TMPDIR: join(root, "tmp") },
        ...{ KALIUM_RESULTS: join(root, "results"), KALIUM_OUT: join(root, "out") },
        ...{ KALIUM_MYSQL_URL: await databaseUrl() },
      },
    });
    const watch = setInterval(() => {
      void shownInProcesses().then((lines) => {
        for (const line of lines) seen.add(line);
      });
    }, 200);
    const { exitCode, all } = await running.finally(() => clearInterval(watch));
    expect(exitCode, all).toBe(expected);

    expect([...seen]).toEqual([]);
    const places = new Map([["standard output and error", all]]);
    for (const folder of ["results", "out", "tmp"]) {
      for (const [path, text] of await filesBelow(join(root, folder))) places.set(path, text);
    }
    expect([...places.keys()].some((path) => path.endsWith("run.json"))).toBe(true);
    const shown = [...places].flatMap(([place, text]) =>
      Object.entries(planted).flatMap(([name, value]) => (text.includes(value) ? [`${name} in ${place}`] : [])),
    );
    expect(shown).toEqual([]);
  },
);
