/** The real of-watchdog beside ours: the same bytes to each, and what function and client see compared. */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startWatchdogProgram } from "./of-watchdog.test-support.ts";
import { numbersFrom, randomRequest, requestText } from "./raw-requests.test-support.ts";
import { alike, different } from "./watchdog-cases.test-support.ts";
import { answerWith, beyondOne, observe, type Observation, type WatchdogUnderTest } from "./watchdogs.test-support.ts";

const program = process.env["OF_WATCHDOG"];
if (program === undefined) process.stderr.write("of-watchdog is skipped: OF_WATCHDOG names no program\n");

/** What Go's HTTP client says of itself, and of-watchdog's proxy for streams of its caller. */
const goHeaders = ["accept-encoding", "user-agent", "x-forwarded-for"];

describe.skipIf(program === undefined)("of-watchdog", () => {
  const image = fileURLToPath(new URL("../images/watchdog/main.ts", import.meta.url));
  let real: WatchdogUnderTest;
  let ours: WatchdogUnderTest;
  beforeAll(async () => {
    real = await startWatchdogProgram("of-watchdog", [program ?? ""]);
    ours = await startWatchdogProgram("our watchdog", [process.execPath, image]);
  });
  afterAll(async () => {
    await real[Symbol.asyncDispose]();
    await ours[Symbol.asyncDispose]();
  });
  const both = async (request: string, answer?: string | null): Promise<[Observation, Observation]> => {
    const reply = answer === undefined ? undefined : () => answer ?? undefined;
    const [theirs, mine] = [await observe(real, request, reply), await observe(ours, request, reply)];
    return [withoutGo(theirs, request, real), withoutGo(mine, request, ours)];
  };

  test.each(alike)("ours does the same: $title", async ({ request, answer }) => {
    const [theirs, mine] = await both(request, answer);
    expect(mine).toEqual(theirs);
  });

  test.each(different)("a known difference: $title", async ({ request, answer, ofWatchdog, ours: own }) => {
    const [theirs, mine] = await both(request, answer);
    expect([theirs.status, mine.status]).toEqual([ofWatchdog, own]);
    expect(mine).not.toEqual(theirs);
  });

  test("300 generated requests look the same to the function and the client", async () => {
    const next = numbersFrom(12);
    const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    for (let count = 0; count < 300; count += 1) {
      const request = requestText(randomRequest(next, { methods, cleaned: false }));
      const body = String.fromCharCode(...Array.from({ length: next(30) }, () => next(256)));
      const [theirs, mine] = await both(request, answerWith(body, ["Content-Type: a/b", `X-A: ${next(9)}`]));
      expect([request, mine]).toEqual([request, theirs]);
    }
  });
});

test.skipIf(program === undefined)("above max_inflight both answer 429 in the same words", async () => {
  const image = fileURLToPath(new URL("../images/watchdog/main.ts", import.meta.url));
  const answers: unknown[] = [];
  for (const command of [[program ?? ""], [process.execPath, image]] as [string, ...string[]][]) {
    await using watchdog = await startWatchdogProgram("a watchdog", command, { max_inflight: "1" });
    answers.push(await beyondOne(watchdog));
  }
  expect(answers[1]).toEqual(answers[0]);
});

/** Without what only one of them says of itself. */
function withoutGo(seen: Observation, request: string, { target }: WatchdogUnderTest): Observation {
  const unsent = goHeaders.filter((name) => !new RegExp(`^${name}:`, "im").test(request));
  const text = JSON.stringify(seen.asked, (key, value: unknown) => (unsent.includes(key) ? undefined : value));
  const asked = JSON.parse(text.replaceAll(`127.0.0.1:${target.port}`, "FUNCTION")) as unknown[];
  return { ...seen, asked };
}
