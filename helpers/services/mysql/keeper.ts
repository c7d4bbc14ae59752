/**
 * The process that holds the MySQL server of a run: it opens one source, and when its parent ends (its standard
 * input closes) it removes all that was made. One source per process, so that a given-up attempt ends wholly.
 */
import type { MysqlSource } from "../../contracts/service.ts";
import { KaliumError, messageOf } from "../../base/errors.ts";
import { runService } from "../../base/child-service.ts";
import { openMysqlSession, readServerFacts } from "./session.ts";
import type { KeeperOptions, KeeperOutcome, MysqlInfo } from "./info.ts";
import { openDocker } from "./sources/docker.ts";
import { openLocal } from "./sources/local.ts";
import type { OpenedMysql } from "./sources/opened.ts";
import { openUrl } from "./sources/url.ts";

const open: Readonly<Record<MysqlSource, (options: KeeperOptions) => Promise<OpenedMysql>>> = {
  url: openUrl,
  docker: openDocker,
  local: openLocal,
  cluster: openUrl,
};

await runService(async (given) => {
  const options = given as KeeperOptions; // from startMysql of this same checkout
  try {
    const opened = await open[options.source](options);
    try {
      return {
        info: { ok: true, info: await describe(options, opened) } satisfies KeeperOutcome,
        stop: () => opened.stop(),
      };
    } catch (error) {
      await opened.stop();
      throw error;
    }
  } catch (error) {
    const hint = error instanceof KaliumError ? error.hint : undefined;
    const reason = messageOf(error).replace(`\n  -> ${hint ?? ""}`, "");
    const outcome: KeeperOutcome = { ok: false, reason, ...(hint !== undefined && { hint }) };
    return { info: outcome, stop: () => Promise.resolve() };
  }
});

async function describe(
  { runId, source, door }: KeeperOptions,
  opened: OpenedMysql,
): Promise<Omit<MysqlInfo, "skipped">> {
  const { endpoint, adminUser, adminPassword } = opened;
  await using session = openMysqlSession(opened);
  const { version, sqlMode, seenFrom } = await readServerFacts(session);
  const accountHost = opened.accountHost ?? seenFrom;
  return {
    runId,
    source,
    version,
    sqlMode,
    endpoint,
    functionEndpoint: door?.endpoint ?? endpoint,
    ...(door?.reachable === false && { functionsOnly: true }),
    accountHost,
    adminUser,
    adminPassword,
    ...(opened.pid !== undefined && { pid: opened.pid }),
  };
}
