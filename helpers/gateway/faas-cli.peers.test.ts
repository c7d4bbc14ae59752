/** The real faas-cli against the embedded gateway. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findFaasCli } from "./build-faas-cli.test-support.ts";
import { echoImage, startTestGateway, type TestGateway } from "./test-gateway.test-support.ts";

const cli = await findFaasCli();
if ("missing" in cli) process.stderr.write(`faas-cli is skipped: ${cli.missing}\n`);

describe.skipIf("missing" in cli)("faas-cli", () => {
  const password = randomBytes(16).toString("hex");
  let gateway: TestGateway;
  let home: string;

  /** Runs one command; a command that fails is an answer too. */
  const faas = async (args: readonly string[], input = ""): Promise<{ code: number | undefined; output: string }> => {
    const { exitCode, all } = await execa("binary" in cli ? cli.binary : "", [...args, "--gateway", gateway.url], {
      cwd: home,
      env: { HOME: home, OPENFAAS_CONFIG: home, OPENFAAS_URL: gateway.url },
      input,
      all: true,
      reject: false,
      timeout: 90_000,
    });
    return { code: exitCode, output: all };
  };

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "kb-faas-cli-"));
    gateway = await startTestGateway({ basicAuth: { user: "admin", password } });
    const stack = `
version: 1.0
provider: { name: openfaas, gateway: "${gateway.url}" }
functions:
  cli-echo:
    image: ${echoImage}
    skip_build: true
    environment: { FLAVOUR: salt, write_timeout: 5s }
    secrets: [cli-secret]
`;
    await writeFile(join(home, "functions.yml"), stack);
    await writeFile(join(home, "value.txt"), "from a file");
  });
  afterAll(async () => {
    await gateway.close();
    await rm(home, { recursive: true, force: true });
  });

  test("logs in with the right password only", async () => {
    const login = ["login", "--username", "admin", "--password-stdin"];
    expect((await faas(login, "wrong")).code).not.toBe(0);
    expect(await faas(login, password)).toMatchObject({ code: 0 });
  });

  test("creates and lists a secret", async () => {
    expect(await faas(["secret", "create", "cli-secret", "--from-file", "value.txt"])).toMatchObject({ code: 0 });
    expect((await faas(["secret", "list"])).output).toContain("cli-secret");
  });

  test("deploys from a stack file and waits until the function is ready", async () => {
    const deploy = ["deploy", "-f", "functions.yml", "--read-template=false"];
    expect(await faas(deploy)).toMatchObject({ code: 0, output: expect.stringContaining("202") as string });
    expect(await faas(["ready", "cli-echo"])).toMatchObject({ code: 0 });
  });

  test("lists and describes the function", async () => {
    expect(await faas(["list"])).toMatchObject({ code: 0, output: expect.stringContaining("cli-echo") as string });
    const described = await faas(["describe", "cli-echo"]);
    expect(described).toMatchObject({ code: 0, output: expect.stringContaining("Ready") as string });
  });

  test("invokes the function", async () => {
    const { code, output } = await faas(["invoke", "cli-echo", "--query", "q=1"], "the body");
    expect([code, output]).toEqual([0, expect.stringContaining('"body":"the body"')]);
    expect(output).toContain("/?q=1");
  });

  test("reads the function's log", async () => {
    const logs = await faas(["logs", "cli-echo", "--tail=false"]);
    expect(logs).toMatchObject({ code: 0, output: expect.stringContaining("listening on") as string });
  });

  test("removes the function and the secret", async () => {
    expect(await faas(["remove", "cli-echo"])).toMatchObject({ code: 0 });
    await expect.poll(async () => (await faas(["list"])).output, { timeout: 10_000 }).not.toContain("cli-echo");
    expect(await faas(["secret", "remove", "cli-secret"])).toMatchObject({ code: 0 });
  });
});
