/** Watchdogs side by side: the same bytes go to each, and what its function and its client see is compared. */
import { requestContent } from "./raw-requests.test-support.ts";
import { sendRaw, takeMessage, type RawFunction } from "./raw-http.test-support.ts";

export interface WatchdogUnderTest extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  readonly target: RawFunction;
}

/** What a client and a function see of one request; `undefined` for what there was not. */
export interface Observation {
  /** Status line (HTTP/1, whichever), headers and body; a cut answer with what came. */
  readonly client: unknown;
  readonly asked: readonly unknown[];
  readonly status: number;
}

/** Sends one request and notes what both ends see. Values that a clock or a draw makes are left out, not their presence. */
export async function observe(
  { url, target }: WatchdogUnderTest,
  request: string,
  reply: RawFunction["reply"] = () => answerWith("hi"),
): Promise<Observation> {
  target.seen.length = 0;
  target.reply = reply;
  const received = await sendRaw(url, request);
  const answer = takeMessage(/^HEAD /.test(request) ? withoutLength(received) : received, true)?.message;
  const start = answer?.start.replace(/^HTTP\/1\.\d /, "HTTP/1 ");
  const client = answer && { ...(requestContent(answer) as { headers: Record<string, string[]> }), start };
  const duration = client?.headers["x-duration-seconds"]?.map((value) => value.replace(/^\d+\.\d{6}$/, "SECONDS"));
  return {
    client: client && {
      ...client,
      headers: { ...client.headers, ...(duration && { "x-duration-seconds": duration }) },
    },
    asked: target.seen.map((message) => requestContent(message)),
    status: Number(answer?.start.split(" ")[1]),
  };
}

/** What the client of a second call sees while the first is under way. */
export async function beyondOne(watchdog: WatchdogUnderTest): Promise<unknown> {
  const get = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
  const arrived = Promise.withResolvers<undefined>();
  watchdog.target.reply = () => {
    arrived.resolve(undefined);
    return ""; // nothing yet
  };
  const first = sendRaw(watchdog.url, get);
  await Promise.race([arrived.promise, first]);
  const second = takeMessage(await sendRaw(watchdog.url, get), true)?.message;
  watchdog.target.drop();
  await first;
  return second && requestContent(second);
}

/** A HEAD's answer tells the length of a body that does not come. */
const withoutLength = (text: string): string => text.replace(/^content-length:.*\r\n/im, "");

/** The bytes of an answer with these header lines; `undefined` as type: none. */
export function answerWith(
  body: string,
  headers: readonly string[] = ["Content-Type: a/b"],
  status = "200 OK",
): string {
  return [`HTTP/1.1 ${status}`, ...headers, `Content-Length: ${body.length}`, "", body].join("\r\n");
}
