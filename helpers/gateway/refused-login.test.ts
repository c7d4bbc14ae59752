import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createClient } from "./client.ts";

test.for([
  ["without a login", undefined, "--password-file FILE"],
  ["with a wrong one", { user: "admin", password: "wrong" }, "(`--password-file`)"],
] as const)("a gateway that refuses a request %s: the hint names the option", async ([, basicAuth, named]) => {
  const refusing = createServer((_, response) => response.writeHead(401).end("invalid credentials"));
  onTestFinished(() => {
    refusing.closeAllConnections();
    refusing.close();
  });
  await once(refusing.listen(0, "127.0.0.1"), "listening");
  const { port } = refusing.address() as AddressInfo;
  using client = createClient({ url: `http://127.0.0.1:${port}`, basicAuth });
  await expect(client.deploy({ service: "f", image: "f:1" })).rejects.toMatchObject({
    code: "E_DEPLOY",
    message: expect.stringContaining("deploy f: status 401: invalid credentials") as string,
    hint: expect.stringContaining(named) as string,
  });
});
