/** Mistakes that OpenFaaS' community edition answers with statuses of its own, through the front and our client. */
import { expect, test } from "vitest";
import { openClusterFront } from "./front-bed.test-support.ts";
import { describedStatus } from "./statuses.ts";

async function open() {
  const { client, front } = await openClusterFront();
  const authorization = `Basic ${Buffer.from("admin:secret").toString("base64")}`;
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await fetch(front.url + path, { method, headers: { authorization }, body: JSON.stringify(body) });
    return { status: answer.status, text: await answer.text() };
  };
  return { client, ask };
}

test("scaling an unknown function is 404, and a bad tail of logs 400", async () => {
  const { ask } = await open();
  const scaled = await ask("POST", "/system/scale-function/absent", { serviceName: "absent", replicas: 1 });
  expect(scaled).toMatchObject({ status: 404, text: expect.stringContaining("absent") as string });
  expect(await ask("GET", "/system/logs?name=absent&tail=few", undefined)).toMatchObject({ status: 400 });
  expect(await ask("GET", "/system/logs?name=absent", undefined)).toMatchObject({ status: 500 });
});

test("a secret with a bad name is refused with the name, and logs with the gateway's words", async () => {
  const { client } = await open();
  await expect(client.putSecret("../x", "v")).rejects.toThrow(/secret \.\.\/x: status 400: .*invalid/);
  await expect(client.logs("absent").next()).rejects.toThrow("logs of absent: status 500: unknown log request error");
  await expect(client.logs("absent", { tail: Number("few") }).next()).rejects.toMatchObject({ code: "E_CONFIG" });
});

test("any other answer keeps its status", () => {
  expect(describedStatus("/system/scale-function/f", { status: 500, text: "conflict" })).toBe(500);
  expect(describedStatus("/system/functions", { status: 422, text: "invalid" })).toBe(422);
  expect(describedStatus("/system/logs", { status: 200, text: "" })).toBe(200);
});
