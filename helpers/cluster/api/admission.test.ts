import { ApiException } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { untilAdmitted } from "./admission.ts";

const refusal = (code: number): Error => new ApiException(code, "no", "storage is (re)initializing", {});

/** Answers 7 after so many refusals. */
function answering(refusals: readonly Error[]) {
  const left = [...refusals];
  let asked = 0;
  const request = (): Promise<number> => {
    asked += 1;
    const error = left.shift();
    return error === undefined ? Promise.resolve(7) : Promise.reject(error);
  };
  return { request, asked: () => asked };
}

test("an API server that is too busy is asked again", async () => {
  const { request, asked } = answering([refusal(429), refusal(429)]);
  await expect(untilAdmitted(request, { patienceMs: 60_000, pauseMs: 1 })).resolves.toBe(7);
  expect(asked()).toBe(3);
});

test("other refusals pass through at once, and so does the last one", async () => {
  const missing = answering([refusal(404), refusal(429)]);
  await expect(untilAdmitted(missing.request, { patienceMs: 60_000, pauseMs: 1 })).rejects.toMatchObject({ code: 404 });
  expect(missing.asked()).toBe(1);
  const busy = answering([refusal(429), refusal(429)]);
  await expect(untilAdmitted(busy.request, { patienceMs: 1, pauseMs: 1 })).rejects.toMatchObject({ code: 429 });
  expect(busy.asked()).toBe(1);
});
