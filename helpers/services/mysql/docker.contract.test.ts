import { createConnection } from "mysql2/promise";
import { getContainerRuntimeClient, type ContainerRuntimeClient } from "testcontainers";
import { describe, expect, onTestFinished, test } from "vitest";
import { poll } from "../../base/deadline.ts";
import { messageOf } from "../../base/errors.ts";
import { containerRunLabel } from "./containers.ts";
import { removeContainers, startMysql } from "./index.ts";
import { createTable, loopback, newRun, noLocalServer, resetTestSql, startOwner } from "./test-server.ts";

const image = "mysql:8.4";
const client = await getContainerRuntimeClient().catch(messageOf);

/** A pull would make this a test of the network. */
async function whyNot(): Promise<string | undefined> {
  if (typeof client === "string") return client;
  const there = await client.container.dockerode.listImages({ filters: { reference: [image] } });
  return there.length === 0 ? `the engine has no image ${image}: docker pull ${image}` : undefined;
}
const reason = await whyNot();
const engine = client as ContainerRuntimeClient;

const containersOf = async (runId: string): Promise<readonly string[]> => {
  const filters = { label: [`${containerRunLabel}=${runId}`] };
  const found = await engine.container.dockerode.listContainers({ all: true, filters });
  return found.map(({ Id }) => Id);
};

describe.skipIf(reason !== undefined)(`MySQL in Docker${reason === undefined ? "" : ` (${reason})`}`, () => {
  test("it serves on loopback alone, resets, and leaves no container", async () => {
    await using run = await newRun();
    onTestFinished(() => void removeContainers(run.runId));
    const server = await startMysql({ ...run, network: loopback, image });
    const { source, endpoint, skipped } = server.info;
    expect({ source, host: endpoint.host, skipped }).toEqual({ source: "docker", host: "127.0.0.1", skipped: [] });
    const [id = ""] = await containersOf(run.runId);
    const { NetworkSettings, Config } = await engine.container.getById(id).inspect();
    expect(NetworkSettings.Ports["3306/tcp"]).toEqual([{ HostIp: "127.0.0.1", HostPort: String(endpoint.port) }]);
    expect(Config.Cmd.join(" ")).not.toContain(server.info.adminPassword);
    const access = await server.createDatabase("native", [createTable]);
    await server.reset(access.database, resetTestSql);
    const connection = await createConnection({ ...access });
    await expect(connection.query("DROP TABLE fruit")).rejects.toThrow(/denied/);
    await connection.end();
    await server.stop();
    expect(await containersOf(run.runId)).toEqual([]);
  });

  test("on a bridge, functions reach it on port 3306 through a forwarder", async () => {
    await using run = await newRun();
    const hostAddress = `127.79.${Math.floor(Math.random() * 250)}.1`; // loopback replaces a bridge
    const network = { kind: "bridge", bridge: "lo", hostAddress, prefixLength: 8 } as const;
    const server = await startMysql({ ...run, network, image });
    onTestFinished(() => server.stop());
    expect(await server.createDatabase("native", [createTable])).toMatchObject({ host: hostAddress, port: 3306 });
  });

  test("when its owner is killed, the container goes", async () => {
    await using run = await newRun();
    onTestFinished(() => void removeContainers(run.runId));
    const owner = await startOwner(run, "docker");
    expect(await containersOf(run.runId)).toHaveLength(1);
    owner.kill("SIGKILL");
    await poll({ what: "the container to go", timeoutMs: 60_000, intervalMs: 100 }, async () =>
      (await containersOf(run.runId)).length === 0 ? true : undefined,
    );
  });

  test("the sweep removes the containers of one run and of no other", async () => {
    const { dockerode } = engine.container;
    const [mine, other] = [await newRun(), await newRun()];
    for (const { runId } of [mine, other]) {
      await dockerode.createContainer({ Image: image, Labels: { [containerRunLabel]: runId } });
    }
    expect(await removeContainers(mine.runId)).toBe(1);
    expect(await containersOf(mine.runId)).toEqual([]);
    expect(await containersOf(other.runId)).toHaveLength(1);
    await removeContainers(other.runId);
    await mine[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
  });

  test("an image that is not available is an error when docker was named", async () => {
    await using run = await newRun();
    const started = startMysql({ ...run, network: loopback, source: "docker", image: "localhost:1/no-such-image:1" });
    await expect(started).rejects.toThrow(/docker: the engine cannot pull the image localhost:1\/no-such-image:1/);
  });

  test.skipIf(noLocalServer !== undefined)("else the next source is used, and the reason is reported", async () => {
    await using run = await newRun();
    const server = await startMysql({ ...run, network: loopback, image: "localhost:1/no-such-image:1" });
    expect(server.info.source).toBe("local");
    expect(server.info.skipped).toEqual([
      { source: "docker", reason: expect.stringContaining("cannot pull the image") as string },
    ]);
    await server.stop();
  });
});
