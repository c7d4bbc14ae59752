import { expect, test } from "vitest";
import { refusal } from "./refusal.ts";
import { functionLimitIn } from "./function-limit-words.ts";

test.each([
  ["status 400: unable to create function, maximum: 15", 15],
  [`status 400: ${refusal(400, "f would be function 4; this gateway is limited to 3").message}`, 3],
  [
    'status 500: unable create Deployment: deployments.apps "f" is forbidden: exceeded quota: few, ' +
      "requested: count/deployments.apps=1, used: count/deployments.apps=8, limited: count/deployments.apps=8",
    8,
  ],
])("%s", (words, limit) => {
  expect(functionLimitIn(words)).toBe(limit);
});

test.each([
  'status 500: unable create Deployment: Invalid value: "2": must be less than or equal to cpu limit of 1',
  "status 400: validation failed: com.openfaas.scale.max: maximum: 5",
  'status 500: pods "f" is forbidden: exceeded quota: few, requested: pods=1, used: pods=9, limited: pods=9',
  "status 400: secret limit of 20 functions not found",
])("another refusal keeps its own words: %s", (words) => {
  expect(functionLimitIn(words)).toBeUndefined();
});
