import { within } from "../../../base/deadline.ts";
import { KaliumError, messageOf } from "../../../base/errors.ts";
import { connectMysql } from "../admin.ts";
import type { KeeperOptions } from "../info.ts";
import { openMysqlSession, readServerFacts } from "../session.ts";
import type { OpenedMysql } from "./opened.ts";

/** A server that the user named. @throws {KaliumError} E_CONFIG, E_MYSQL; never with the password */
export async function openUrl({ url = "", runId, door }: KeeperOptions): Promise<OpenedMysql> {
  const { shown, ...server } = parseMysqlUrl(url);
  const facts = await within({ what: `an answer of ${shown}`, timeoutMs: 15_000 }, async () => {
    await using session = openMysqlSession(server);
    return await readServerFacts(session);
  }).catch((error: unknown) => {
    throw new KaliumError("E_MYSQL", `${shown} cannot be used: ${messageOf(error)}`, { hint: hintFor(error) });
  });
  const accountHost = door?.accountHost ?? facts.seenFrom;
  const admin = (): ReturnType<typeof connectMysql> =>
    connectMysql({
      ...{ runId, source: "url", skipped: [], ...facts, ...server, accountHost },
      functionEndpoint: door?.endpoint ?? server.endpoint,
      functionsOnly: door?.reachable === false,
    });
  const probe = admin();
  try {
    await probe.createDatabase("probe", []); // says now, not in the middle of a run, which privilege is missing
  } finally {
    await probe.dropDatabases().catch(() => undefined); // what could not be made cannot be removed either
    await probe.close();
  }
  return {
    ...server,
    accountHost,
    stop: async () => {
      const last = admin();
      try {
        await last.dropDatabases();
      } finally {
        await last.close();
      }
    },
  };
}

interface ParsedUrl extends Pick<OpenedMysql, "endpoint" | "adminUser" | "adminPassword"> {
  /** The URL without its password, for messages. */
  readonly shown: string;
}

/** @throws {KaliumError} E_CONFIG */
export function parseMysqlUrl(text: string): ParsedUrl {
  const hint = "Set KALIUM_MYSQL_URL=mysql://user:password@host:3306 (special letters percent-encoded).";
  const url = URL.parse(text);
  if (url === null || !/^(mysql|mariadb):$/.test(url.protocol) || url.hostname === "") {
    throw new KaliumError("E_CONFIG", `"${withoutCredentials(text)}" is not a mysql:// URL`, { hint });
  }
  const port = url.port === "" ? 3306 : Number(url.port);
  const endpoint = { host: url.hostname.replaceAll(/[[\]]/g, ""), port };
  const shown = `mysql://${url.username}${url.password === "" ? "" : ":***"}@${url.hostname}:${port}`;
  if (url.username === "") throw new KaliumError("E_CONFIG", `${shown} names no user`, { hint });
  if (url.search !== "") {
    throw new KaliumError("E_CONFIG", `${shown} has options after "?", and none is supported`, { hint });
  }
  try {
    const [adminUser, adminPassword] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
    return { endpoint, adminUser, adminPassword, shown };
  } catch {
    throw new KaliumError("E_CONFIG", `${shown} is not percent-encoded correctly`, { hint });
  }
}

/** Text that is not a URL has no marked password, so all before the last @ is removed. */
const withoutCredentials = (text: string): string => text.replace(/^.*@/s, "***@");

function hintFor(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ER_ACCESS_DENIED_ERROR"
    ? "Check user and password in KALIUM_MYSQL_URL, and that the account may log in from this machine."
    : "Check host and port in KALIUM_MYSQL_URL and that the server runs, or unset it to use Docker or a local server.";
}
