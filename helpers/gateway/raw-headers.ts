/** Flat name, value, name, value lists as `IncomingMessage.rawHeaders` has them: names keep their case and order. */

/** Belong to one connection (RFC 9110, 7.6.1). `expect` is answered by our own server. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
]);

/**
 * Say where a message goes and where it ends. Whoever lists them under `Connection` may not take them off: a function would
 * take the body for the next request of the connection. Go has them beside its headers, so they stay there, too.
 */
const framing: ReadonlySet<string> = new Set(["host", "content-length"]);

/** The headers that travel on: without hop-by-hop headers, those that `connection` lists, and `dropped`. */
export function endToEndHeaders(
  raw: readonly string[],
  connection: string | undefined,
  dropped: ReadonlySet<string>,
): string[] {
  const listed = connection === undefined || /^(?:keep-alive|close)$/i.test(connection) ? undefined : names(connection);
  const kept: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? "";
    const lowerCaseName = name.toLowerCase();
    if (hopByHop.has(lowerCaseName) || listed?.has(lowerCaseName) === true || dropped.has(lowerCaseName)) continue;
    kept.push(name, raw[index + 1] ?? "");
  }
  return kept;
}

const names = (list: string): ReadonlySet<string> => {
  const listed = list.split(",").map((name) => name.trim().toLowerCase());
  return new Set(listed.filter((name) => !framing.has(name)));
};

/** HTTP has it refused (RFC 9112, 3.2): of two hosts, gateway and function might each believe another. */
export function namesTwoHosts(raw: readonly string[]): boolean {
  let hosts = 0;
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? "";
    if (name.length === 4 && name.toLowerCase() === "host") hosts += 1;
  }
  return hosts > 1;
}
