import { within } from "../../../base/deadline.ts";
import { KaliumError, messageOf } from "../../../base/errors.ts";
import { containerRunLabel } from "../containers.ts";
import { serverFlags } from "../flags.ts";
import type { KeeperOptions } from "../info.ts";
import { newPassword } from "../names.ts";
import type { OpenedMysql } from "./opened.ts";

/** The current long-term release. */
const defaultImage = "mysql:8.4";
const mysqlPort = 3306;

/** A container of its own, with its data in memory. @throws {KaliumError} E_MYSQL */
export async function openDocker({ runId, image = defaultImage }: KeeperOptions): Promise<OpenedMysql> {
  const { getContainerRuntimeClient, getReaper, ImageName, Wait } = await import("testcontainers");
  const { MySqlContainer } = await import("@testcontainers/mysql");

  const client = await within({ what: "the Docker engine", timeoutMs: 15_000 }, getContainerRuntimeClient).catch(
    (error: unknown) => {
      throw failed("no Docker engine answers", error, "Start Docker.");
    },
  );
  const pull = (): Promise<void> => client.image.pull(ImageName.fromString(image));
  await within({ what: `the pull of ${image}`, timeoutMs: 240_000 }, pull).catch((error: unknown) => {
    throw failed(`the engine cannot pull the image ${image}`, error, `Try: docker pull ${image}`);
  });
  // Ryuk removes the container even if this process is killed. Where its image is not available, the label serves.
  await within({ what: "Testcontainers' Ryuk", timeoutMs: 60_000 }, () => getReaper(client)).catch(() => {
    process.env["TESTCONTAINERS_RYUK_DISABLED"] = "true";
  });

  /** Testcontainers publishes ports on all addresses of the machine; only ours may reach it. */
  class LoopbackContainer extends MySqlContainer {
    protected override beforeContainerCreated(): Promise<void> {
      if (isLocal(client.info.containerRuntime.host)) {
        this.hostConfig.PortBindings = { [`${mysqlPort}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: "0" }] };
      }
      return Promise.resolve();
    }
  }
  const adminPassword = newPassword();
  const container = await new LoopbackContainer(image)
    .withRootPassword(adminPassword)
    .withUserPassword(newPassword())
    .withLabels({ [containerRunLabel]: runId })
    .withTmpFs({ "/var/lib/mysql": "rw" })
    .withCommand([...serverFlags])
    .withWaitStrategy(Wait.forLogMessage(/port: 3306\b/))
    .start()
    .catch((error: unknown) => {
      throw failed(`${image} does not start`, error, `Try: docker run --rm -e MYSQL_ROOT_PASSWORD=x ${image}`);
    });
  const host = isLocal(container.getHost()) ? "127.0.0.1" : container.getHost();
  return {
    endpoint: { host, port: container.getPort() },
    adminUser: "root",
    adminPassword,
    stop: async () => {
      await container.stop({ timeout: 0, removeVolumes: true });
    },
  };
}

const isLocal = (host: string): boolean => host === "localhost" || host === "127.0.0.1";

const failed = (what: string, error: unknown, hint: string): KaliumError =>
  new KaliumError("E_MYSQL", `${what}: ${messageOf(error)}`, { hint, cause: error });
