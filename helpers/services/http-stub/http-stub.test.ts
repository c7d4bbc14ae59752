import { expect, onTestFinished, test } from "vitest";
import { readStubCounts, startHttpStubs } from "./index.ts";

test("the first fitting answer is given, and what none fits is counted", async () => {
  const answer = { status: 200, headers: {}, body: "" };
  const stubs = await startHttpStubs({
    host: "127.0.0.1",
    stubs: {
      pay: [
        { ...answer, method: "POST", path: "/charge", status: 201, headers: { "x-a": "b" }, body: "paid" },
        { ...answer, path: "/who?id=1", body: "one" },
        { ...answer, path: "/who", body: "someone" },
      ],
      any: [{ ...answer, body: "anything" }],
    },
  });
  onTestFinished(() => stubs.stop());
  const { urls } = stubs.info;
  const ask = async (stub: string, path: string, method = "GET") => {
    const got = await fetch(`${urls[stub]}${path}`, {
      method,
      ...(method === "POST" && { body: "x".repeat(100_000) }),
    });
    return [got.status, got.headers.get("x-a"), await got.text()];
  };
  expect(await ask("pay", "/charge?now", "POST")).toEqual([201, "b", "paid"]);
  expect(await ask("pay", "/who?id=1")).toEqual([200, null, "one"]);
  expect(await ask("pay", "/who?id=2")).toEqual([200, null, "someone"]);
  expect(await ask("any", "/x", "DELETE")).toEqual([200, null, "anything"]);
  expect(await readStubCounts(stubs.info)).toEqual({ answered: { pay: 3, any: 1 }, unanswered: { count: 0 } });
  expect(await ask("pay", "/charge")).toEqual([404, null, '{"error":"the stub pay has no answer for GET /charge"}']);
  const { unanswered } = await readStubCounts(stubs.info);
  expect(unanswered).toEqual({ count: 1, last: "pay: GET /charge" });
});
