import { ApiException } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { KaliumError } from "../../base/errors.ts";
import { explainRefusal, isNotFound, orAbsent } from "./refusal.ts";

/** As the API server answers. */
const status = (code: number, message: string): ApiException<string> =>
  new ApiException(code, "", JSON.stringify({ kind: "Status", message, code }), {});

test.for<[number, string, RegExp]>([
  [401, "Unauthorized", /refuses the login of the kubeconfig: Unauthorized[^]*credentials/],
  [403, 'nodes is forbidden: User "reader"', /not allowed to list nodes: nodes is forbidden[^]*doctor/],
  [422, "spec.handler: Required", /cannot list nodes: spec.handler: Required \(422\)/],
])("%i is reported in the server's words with the next step", ([code, words, expected]) => {
  expect(explainRefusal("list nodes", status(code, words), "https://a:1").message).toMatch(expected);
});

test("a server that is not there is named with the reason of the connection", () => {
  const error = new TypeError("fetch failed", {
    cause: new AggregateError([new Error("connect ECONNREFUSED 1.2.3.4:6443")]),
  });
  expect(explainRefusal("list nodes", error, "https://a:6443").message).toMatch(
    /https:\/\/a:6443 does not answer \(list nodes\): fetch failed: connect ECONNREFUSED[^]*doctor/,
  );
});

test("an answer that is not a Status, as a proxy gives, is quoted", () => {
  const error = new ApiException(502, "", "<html>bad gateway</html>", {});
  expect(explainRefusal("list nodes", error, "https://a").message).toContain("<html>bad gateway</html>");
});

test("absence is an answer, everything else an error", async () => {
  const absent = explainRefusal("read it", status(404, "not found"), "https://a");
  expect(isNotFound(absent)).toBe(true);
  await expect(orAbsent(Promise.reject(absent))).resolves.toBeUndefined();
  await expect(orAbsent(Promise.reject(explainRefusal("read it", status(403, "no"), "https://a")))).rejects.toThrow(
    KaliumError,
  );
});
