import type { MysqlSource } from "../../contracts/service.ts";
import { KaliumError } from "../../base/errors.ts";
import { type Service, startService } from "../../base/child-service.ts";
import { startForwarder } from "../forwarder/index.ts";
import { connectMysql, type MysqlAdmin } from "./admin.ts";
import { noEngineReason, removeContainers } from "./containers.ts";
import type { KeeperOptions, KeeperOutcome, MysqlInfo, MysqlOptions, SkippedSource } from "./info.ts";

export { connectMysql, type MysqlAdmin } from "./admin.ts";
export { differingTables } from "./contents.ts";
export { dumpSha256 } from "./dump/read.ts";
export type { DatabaseAccess, ServerEndpoint, MysqlInfo, MysqlOptions, SkippedSource } from "./info.ts";
export { sweepLocalMysql } from "./sweep.ts";
export { removeContainers } from "./containers.ts";

/** A server, and the administration of it from this process. */
export interface MysqlServer extends MysqlAdmin {
  /** Removes everything of this run: databases and accounts of a user's server, or the private server itself. */
  stop(): Promise<void>;
}

/** Covers the pull of an image; the parts have shorter deadlines of their own. */
const startTimeoutMs = 360_000;

/**
 * Finds or starts a MySQL server: the URL that is named, else Docker, else a `mysqld` or `mariadbd` of this machine.
 * It is held by a child process, which removes everything when this process ends, however it ends.
 * @throws {KaliumError} E_MYSQL when there is none, with the reason of each source
 */
export async function startMysql(options: MysqlOptions, signal?: AbortSignal): Promise<MysqlServer> {
  const skipped: SkippedSource[] = [];
  for (const source of candidates(options)) {
    const reason = source === "docker" && options.source !== "docker" ? noEngineReason() : undefined;
    const kept = reason === undefined ? await keep(source, options, signal) : { reason };
    if ("service" in kept) return serve(kept.service, { ...kept.info, skipped }, options, signal);
    skipped.push({ source, reason: kept.reason });
    if (options.url !== undefined) throw new KaliumError("E_MYSQL", kept.reason, { hint: kept.hint ?? threeWays });
  }
  const reasons = skipped.map(({ source, reason }) => `\n  ${source}: ${reason}`).join("");
  throw new KaliumError("E_MYSQL", `no MySQL server found:${reasons}`, { hint: threeWays });
}

const threeWays =
  "Run `npm run setup` (installs MariaDB's server package), or start Docker, or set " +
  "KALIUM_MYSQL_URL=mysql://user:password@host:3306 to a server of yours.";

function candidates({ url, door, source = "auto" }: MysqlOptions): readonly MysqlSource[] {
  if (url !== undefined) return [door === undefined ? "url" : "cluster"];
  return source === "auto" ? ["docker", "local"] : [source];
}

type Kept =
  | { readonly service: Service<KeeperOutcome>; readonly info: Omit<MysqlInfo, "skipped"> }
  | { readonly reason: string; readonly hint?: string };

async function keep(source: MysqlSource, options: MysqlOptions, signal?: AbortSignal): Promise<Kept> {
  const service = await startService<KeeperOutcome>(
    new URL("keeper.ts", import.meta.url),
    { ...options, source } satisfies KeeperOptions,
    { name: `MySQL (${source})`, timeoutMs: startTimeoutMs, ...(signal && { signal }) },
  ).catch(async (error: unknown) => {
    // Given up in the middle of a start, the keeper had no time to ask the engine.
    if (source === "docker") await removeContainers(options.runId).catch(() => undefined);
    throw error;
  });
  if (service.info.ok) return { service, info: service.info.info };
  await service.stop();
  return service.info;
}

/** Puts a forwarder on the bridge unless the server listens there itself. */
async function serve(
  service: Service<KeeperOutcome>,
  info: MysqlInfo,
  { network, port }: MysqlOptions,
  signal?: AbortSignal,
): Promise<MysqlServer> {
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.use(service);
  let functionEndpoint = info.endpoint;
  if (network.kind === "bridge" && info.source !== "local") {
    const listen = { host: network.hostAddress, port: port ?? 3306 };
    const forwarder = await startForwarder({ listen, target: info.endpoint }, signal);
    cleanUp.use(forwarder);
    functionEndpoint = forwarder.info;
  }
  const admin = connectMysql({ ...info, functionEndpoint });
  cleanUp.defer(() => admin.close());
  const owned = cleanUp.move();
  return { ...admin, stop: () => owned.disposeAsync() };
}
