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

const names = (list: string): Set<string> => new Set(list.split(",").map((name) => name.trim().toLowerCase()));
