import { afterEach, expect, test, vi } from "vitest";
import { startMysql } from "./index.ts";
import { loopback, newRun } from "./test-server.ts";

afterEach(() => vi.unstubAllEnvs());

test("without a server, the error has the reason of each source and the three ways to one", async () => {
  await using run = await newRun();
  vi.stubEnv("DOCKER_HOST", "unix:///nowhere/docker.sock");
  const started = startMysql({ ...run, network: loopback, source: "docker" });
  await expect(started).rejects.toMatchObject({
    code: "E_MYSQL",
    message: expect.stringMatching(/docker: no Docker engine answers/) as string,
    hint: expect.stringMatching(/npm run setup.*Docker.*KALIUM_MYSQL_URL/) as string,
  });
});

test("text that is not a URL is refused without its password", async () => {
  await using run = await newRun();
  const started = startMysql({ ...run, network: loopback, url: "postgres://root:sesame@db" });
  await expect(started).rejects.toThrow(/"\*\*\*@db" is not a mysql:\/\/ URL/);
});
