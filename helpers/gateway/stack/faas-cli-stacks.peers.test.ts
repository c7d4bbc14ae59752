/** The requests of the real faas-cli and ours, for the same stack files. docs/stack-files.md has the differences. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seededRandom } from "../../../reports/stats/random.ts";
import { messageOf } from "../../base/errors.ts";
import { findFaasCli } from "../build-faas-cli.test-support.ts";
import { createClient } from "../client.ts";
import { randomStack, type RandomStack } from "./random-stack-file.test-support.ts";
import { createDice, randomForm, randomVariables } from "./random-scalars.test-support.ts";
import { deployStack } from "./stack-file.ts";

const cli = await findFaasCli();
if ("missing" in cli) process.stderr.write(`faas-cli's stack files are skipped: ${cli.missing}\n`);

const seed = Number(process.env["STACK_SEED"] ?? 1);
const files = 500;

/** What a gateway gets: parsed, because Go sorts the keys and escapes `<`, `>` and `&`. */
type Requests = readonly { readonly method: string | undefined; readonly body: unknown }[];
type Outcome = { readonly requests: Requests } | { readonly refused: string };

describe.skipIf("missing" in cli)("a stack file", () => {
  const received = new Map<string, { method: string | undefined; body: unknown }[]>();
  let gateway: Server;
  let root: string;
  let runs = 0;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "kb-stacks-"));
    gateway = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const [, run = ""] = request.url?.split("/") ?? [];
        const { method } = request;
        received.set(run, [
          ...(received.get(run) ?? []),
          { method, body: JSON.parse(Buffer.concat(chunks).toString()) as unknown },
        ]);
        response.writeHead(202).end();
      });
    });
    await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    gateway.close();
    await rm(root, { recursive: true, force: true });
  });

  /** faas-cli deploys in any order. */
  const outcomeOf = (run: string, refused: string | undefined): Outcome => {
    const requests = (received.get(run) ?? []).map(
      (request) => [JSON.stringify((request.body as { service: string }).service), request] as const,
    );
    return refused === undefined
      ? { requests: requests.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, request]) => request) }
      : { refused };
  };
  const compare = async ({ text, environmentFiles }: RandomStack): Promise<{ theirs: Outcome; ours: Outcome }> => {
    const run = String(runs++);
    const folder = join(root, run);
    await mkdir(folder);
    for (const [name, content] of Object.entries({ "stack.yml": text, ...environmentFiles }))
      await writeFile(join(folder, name), content);
    const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
    const deploy = ["deploy", "-f", "stack.yml", "--read-template=false", "-g", `${url}/${run}-theirs`];
    const options = {
      cwd: folder,
      env: { ...randomVariables, HOME: folder },
      extendEnv: false,
      reject: false,
      all: true,
    } as const;
    const { exitCode, all } = await execa("binary" in cli ? cli.binary : "", deploy, options);
    using client = createClient({ url: `${url}/${run}-ours` });
    const refused = await deployStack(client, join(folder, "stack.yml"), randomVariables).then(
      () => undefined,
      messageOf,
    );
    return {
      theirs: outcomeOf(`${run}-theirs`, exitCode === 0 ? undefined : all),
      ours: outcomeOf(`${run}-ours`, refused),
    };
  };
  const agree = ({ theirs, ours }: { theirs: Outcome; ours: Outcome }): boolean =>
    ("refused" in theirs && "refused" in ours) || isDeepStrictEqual(theirs, ours);

  test(`makes the same requests, ${files} times at random (STACK_SEED=${seed})`, async () => {
    const different: unknown[] = [];
    let accepted = 0;
    for (let index = 0; index < files; index++) {
      const stack = randomStack(seededRandom(seed * 1_000_003 + index));
      const outcome = await compare(stack);
      if (!agree(outcome)) different.push({ index, ...stack, ...outcome });
      else if ("requests" in outcome.ours) accepted++;
    }
    process.stderr.write(
      `${files} stack files: ${accepted} accepted and ${files - accepted - different.length} refused by both\n`,
    );
    expect(different.slice(0, 3)).toEqual([]);
    expect(accepted).toBeGreaterThan(files / 2);
  });

  test(`replaces the same variables, ${files} forms at random`, async () => {
    const dice = createDice(seededRandom(seed));
    const provider = "provider: { name: openfaas }\nfunctions:\n  foo:\n    image: x\n    environment:\n";
    const different: unknown[] = [];
    // One file for many forms where all are good; a bad one has its file for itself.
    for (let index = 0; index < files; index += 20) {
      const forms = Array.from({ length: 20 }, () => randomForm(dice));
      const entries = forms.map((form, at) => `      V${at}: |-\n        <${form}>\n`);
      const outcome = await compare({ text: provider + entries.join(""), environmentFiles: {} });
      if ("requests" in outcome.theirs && agree(outcome)) continue;
      for (const entry of entries) {
        const alone = await compare({ text: provider + entry, environmentFiles: {} });
        if (!agree(alone)) different.push({ entry, ...alone });
      }
    }
    expect(different).toEqual([]);
  });

  const one = (body: string): RandomStack => ({
    text: `provider: { name: openfaas }\nfunctions:\n  foo:\n    image: x\n${body}`,
    environmentFiles: {},
  });

  test.each([
    ["the image is missing", { text: "provider: { name: openfaas }\nfunctions: { foo: {} }", environmentFiles: {} }],
    ["an own key looks like a number and a merged one is equal", one("    labels: { <<: { 1: merged }, 1: own }")],
    ["a byte of a character is cut off", one("    fprocess: ${U:0:1}${U:1:1}x")],
    ["U+0085 is in the text", one("    fprocess: 'a\u0085b'")],
    ["lines of a flow are not indented", one("    environment: {\n  A: b\n}")],
    ["a comment follows a quote at once", one('    fprocess: "x"#c')],
    ["an anchor has a dot", one("    fprocess: &a.b x")],
    ["a character is written as two surrogates", one('    fprocess: "\\ud83d\\ude00"')],
    ["binary is not text", one("    fprocess: !!binary /w==")],
  ])("is read otherwise on purpose where %s", async (_, stack) => expect(agree(await compare(stack))).toBe(false));
});
