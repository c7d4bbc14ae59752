import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { initFile } from "./init-file.ts";

test("a function that answers with an error is in the section, and named as what to correct before the plan", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kalium-init-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const server = createServer((request, response) => {
    response.writeHead(request.url === "/function/greet" ? 500 : 200).end("text");
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const file = join(folder, "stack.yml");
  const functions = "functions:\n  greet:\n    image: me/greet:1\n  other:\n    image: me/other:1\n";
  await writeFile(file, `version: 1.0\nprovider:\n  name: openfaas\n${functions}`);
  const said = await initFile(file, { gateway: `http://127.0.0.1:${port}`, say: () => undefined });
  expect(said).toContain("greet: status 500");
  expect(said).toMatch(
    /\ngreet answered an empty request with an error\. Correct its call [^]*, then: npm run plan -- --app /,
  );
  expect(said).not.toContain("Next:");
  expect(await readFile(file, "utf8")).toContain("greet");
});

test("a gateway that does not answer is named, and the file stays as it was", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kalium-init-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "stack.yml");
  const stack = "version: 1.0\nprovider:\n  name: openfaas\nfunctions:\n  greet:\n    image: me/greet:1\n";
  await writeFile(file, stack);
  const init = initFile(file, { gateway: "http://127.0.0.1:1", say: () => undefined });
  await expect(init).rejects.toThrow(
    /^the gateway http:\/\/127\.0\.0\.1:1 does not answer: ECONNREFUSED.*\n {2}-> Check its address, or leave --gateway out/,
  );
  expect(await readFile(file, "utf8")).toBe(stack);
});
