import { expect, test } from "vitest";
import { gatewayAddress } from "./gateway-address.ts";

const choose = (option?: string, stack?: string, fromEnv?: string): string =>
  gatewayAddress({ option, stack, env: { OPENFAAS_URL: fromEnv } });

test("the command line, then the stack file, then OPENFAAS_URL, then the default", () => {
  expect(choose("http://a", "http://b", "http://c")).toBe("http://a");
  expect(choose(undefined, "http://b", "http://c")).toBe("http://b");
  expect(choose(undefined, undefined, "http://c")).toBe("http://c");
  expect(choose()).toBe("http://127.0.0.1:8080");
});

test("the default in the file does not count, on the command line it does", () => {
  expect(choose(undefined, "http://127.0.0.1:8080", "http://c")).toBe("http://c");
  expect(choose("http://127.0.0.1:8080", "http://b", "http://c")).toBe("http://127.0.0.1:8080");
});

test("what is empty is absent, slashes at the end go, a scheme is added", () => {
  expect(choose("", "http://b//", "")).toBe("http://b");
  expect(choose("https://a/Path/")).toBe("https://a/Path");
  expect(choose("localhost:8080")).toBe("http://localhost:8080");
});

test.each([["http://"], ["ftp://a"], [" http://a b"], ["http://a?b=c"], ["http://a#b"]])(
  "refuses %j by its origin",
  (bad) => {
    expect(() => choose(bad)).toThrow(/^--gateway: expected the address of a gateway, got/);
    expect(() => choose(undefined, bad)).toThrow(/^provider\.gateway: /);
    expect(() => choose(undefined, undefined, bad)).toThrow(/^OPENFAAS_URL: /);
  },
);
