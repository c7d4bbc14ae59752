import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { measuredFunctions } from "../../../fixtures/flows/index.ts";
import { functions } from "../../../fixtures/hello-retail/deployed-functions.ts";
import type { Sample } from "../../../reports/records/record.ts";
import { functionsBehind } from "../../measure/functions-behind.ts";
import { mailProblem, startTrafficCheck } from "./traffic-check.ts";

/** A control door as both services have it, whose counts the test sets. */
async function startDoor(): Promise<{ counts: { served: number; count: number }; controlUrl: string }> {
  const counts = { served: 7, count: 3 };
  const server = createServer((_request, response) => response.end(JSON.stringify({ ...counts, mails: [mail] })));
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  return { counts, controlUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

const text = "Hello abcd! product name MerchantA";
const mail = { from: "a", to: "200494@photogs.com", subject: "New", text, html: text };
const named = (label: string) => {
  const measured = measuredFunctions.find((candidate) => candidate.label === label);
  if (measured === undefined) throw new Error(`no function ${label}`);
  return measured;
};
const start = (label: string, controlUrl: string) =>
  startTrafficCheck(named(label), functionsBehind(named(label), functions), {
    images: { controlUrl } as never,
    mail: { controlUrl } as never,
  });
const calls = (count: number, outcome: Sample["outcome"] = "ok") =>
  Array.from({ length: count }, () => ({ outcome }) as Sample);

test("as many pictures as calls are right, one more or less is not", async () => {
  const { counts, controlUrl } = await startDoor();
  const check = await start("microbenchmark", controlUrl);
  counts.served += 20;
  expect(await check.after(calls(20))).toEqual([]);
  expect(await check.after(calls(19))).toEqual([{ reason: "the image server sent 20 instead of 19 for 19 calls" }]);
});

test("a count that comes late is waited for", async () => {
  const { counts, controlUrl } = await startDoor();
  const check = await start("microbenchmark", controlUrl);
  setTimeout(() => (counts.served += 3), 200);
  expect(await check.after(calls(3))).toEqual([]);
});

test("a failed call may have fetched or not", async () => {
  const { counts, controlUrl } = await startDoor();
  const check = await start("microbenchmark", controlUrl);
  for (const fetched of [19, 1]) {
    counts.served += fetched;
    expect(await check.after([...calls(19), ...calls(1, "timeout")])).toEqual([]);
  }
});

test("a function that needs neither must fetch and mail nothing", async () => {
  const { counts, controlUrl } = await startDoor();
  const check = await start("product-photos-success", controlUrl);
  expect(await check.after(calls(5))).toEqual([]);
  counts.served += 1;
  expect(await check.after(calls(5))).toHaveLength(1);
});

test("the last mail must be the one that the request asks for", () => {
  const measured = named("product-photos-message");
  const { data } = JSON.parse(measured.input({ imageUrl: "" })) as {
    data: { name: string; merchantName: string; photographer: { phone: string } };
  };
  const body = `${data.name} ${data.merchantName}`;
  const right = { ...mail, to: `${data.photographer.phone}@photogs.com`, text: body, html: `<p>${body}</p>` };
  expect(mailProblem(right, measured)).toBeUndefined();
  expect(mailProblem({ ...right, to: "1@photogs.com" }, measured)).toContain("1@photogs.com");
  expect(mailProblem({ ...right, text: "Hello" }, measured)).toBeDefined();
});
