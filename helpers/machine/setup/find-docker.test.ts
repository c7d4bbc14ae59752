import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { fakeMachine } from "./fake-programs.test-support.ts";
import { findDockerEngine } from "./find-docker.ts";

test("an engine is one that answers on the socket of DOCKER_HOST", async ({ onTestFinished }) => {
  const { path } = fakeMachine({});
  const address = `unix://${path}/docker.sock`;
  vi.stubEnv("DOCKER_HOST", address);
  expect(await findDockerEngine()).toBeUndefined();

  const server = createServer((request, answer) => {
    answer.writeHead(request.url === "/version" ? 200 : 404).end('{"Version":"28.1"}');
  }).listen(join(path, "docker.sock"));
  await once(server, "listening");
  onTestFinished(() => void server.close());
  expect(await findDockerEngine()).toEqual({ version: "28.1", address });
});

test.for(["ssh://host", "no address", "tcp://127.0.0.1:1"])("DOCKER_HOST=%s is not an engine", async (address) => {
  vi.stubEnv("DOCKER_HOST", address);
  expect(await findDockerEngine()).toBeUndefined();
  vi.unstubAllEnvs();
});
