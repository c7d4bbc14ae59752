import { expect, test } from "vitest";
import { connectionAnnotation } from "./deployment.ts";
import { connectionOf } from "./handed-connection.ts";

const of = (text: string) => connectionOf({ [connectionAnnotation]: text }, "/run/folder");

test("a deployment names a socket in the run's folder, and the variable that its descriptor is in", () => {
  expect(of("GUARD_FD=guard.sock")).toEqual({ path: "/run/folder/guard.sock", variable: "GUARD_FD" });
  expect(connectionOf({}, "/run/folder")).toBe(undefined);
});

test.each([
  "guard.sock",
  "GUARD_FD=../docker.sock",
  "GUARD_FD=/run/docker.sock",
  "GUARD_FD=a/b.sock",
  "a=guard.sock",
  "",
])("%j is refused", (text) => {
  expect(() => of(text)).toThrow(`${connectionAnnotation}: ${JSON.stringify(text)} is not VARIABLE=NAME.sock`);
});
