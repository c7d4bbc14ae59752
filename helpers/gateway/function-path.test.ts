import { expect, test } from "vitest";
import { parseFunctionPath } from "./function-path.ts";
import { endToEndHeaders, namesTwoHosts } from "./raw-headers.ts";

test.each([
  ["/function/f", "f", "openfaas-fn", "/"],
  ["/function/f/", "f", "openfaas-fn", "/"],
  ["/function/f?q=1", "f", "openfaas-fn", "/?q=1"],
  ["/function/f.ns/a/b%20c?q=/", "f", "ns", "/a/b%20c?q=/"],
  ["/function/a.b.ns//x", "a.b", "ns", "//x"],
])("%s calls %s in %s with the path %s", (url, name, namespace, path) => {
  expect(parseFunctionPath(url, "/function/")).toEqual({ name, namespace, path });
});

test("a path without a usable name belongs to no function", () => {
  for (const url of ["/function/", "/function//x", "/function/a%2Fb", "/function/?q"]) {
    expect(parseFunctionPath(url, "/function/")).toBeUndefined();
  }
});

test("headers of one connection do not travel on", () => {
  const raw = [
    "Host",
    "h",
    "Connection",
    "close, X-Mine",
    "X-Mine",
    "1",
    "TE",
    "gzip",
    "Set-Cookie",
    "a",
    "Set-Cookie",
    "b",
  ];
  const kept = endToEndHeaders(raw, "close, X-Mine", new Set(["host"]));
  expect(kept).toEqual(["Set-Cookie", "a", "Set-Cookie", "b"]);
});

test.each(["content-length", "close, Content-Length", "host,content-length"])(
  "Connection: %s takes neither the end of a body nor the host off a message",
  (connection) => {
    const raw = ["Host", "h", "Content-Length", "40", "X-Mine", "1"];
    expect(endToEndHeaders(raw, `${connection}, x-mine`, new Set())).toEqual(raw.slice(0, 4));
  },
);

test.each([
  [["Host", "a", "X-Host", "b"], false],
  [["Host", "a", "hOST", "a"], true],
])("of %j it is %s that two hosts are named", (raw, expected) => expect(namesTwoHosts(raw)).toBe(expected));
