import { describe, expect, test } from "vitest";
import { normaliseUrl } from "./normalise.ts";

const get = (host: string, path = "/") => ({ host, path, method: "GET" });
const post = (host: string, path = "/") => ({ host, path, method: "POST" });

describe("host", () => {
  test.each([
    ["Example.COM", "example.com"],
    ["example.com:8080", "example.com"],
    ["example.com.", "example.com"],
    ["10.0.0.1:80", "10.0.0.1"],
    ["[FE80::0:1]:80", "[fe80::1]"],
    ["fe80::1", "[fe80::1]"],
    ["bücher.example", "xn--bcher-kva.example"],
  ])("%s is %s", (host, name) => {
    expect(normaliseUrl(get(host, "/secret?x=1"), "host")).toBe(name);
  });

  test.each(["", "good.example/@evil.example", "a@b", "a b", "a#b", "a\\b"])("%j is refused", (host) => {
    expect(() => normaliseUrl(get(host), "host")).toThrow("not a host name or address");
  });
});

test("legacy keeps the path of what is not a GET", () => {
  expect(normaliseUrl(get("h", "/a/1"), "legacy")).toBe("h");
  expect(normaliseUrl(post("h", "/a/1?q=2#f"), "legacy")).toBe("h/a/1");
});

describe("path", () => {
  test.each([
    ["/function/product-photos-2-message?x=1", "/function/product-photos-*-message"],
    ["/users/123/photo456.jpg", "/users/*/photo*.jpg"],
    ["/o/3F2504E0-4F89-11D3-9A0C-0305E82C3301/x", "/o/*/x"],
    ["/blob/9f86d081884c7d65", "/blob/*"],
    ["/facade/feedbeef/decade", "/facade/feedbeef/decade"],
    ["/a%2Fb%20c", "/a%2Fb%20c"],
    ["/bücher", "/b%C3%BCcher"],
    ["/a/../b/./c", "/b/c"],
    ["/a/%2e%2e/b", "/b"],
    ["//h2/x", "//h*/x"],
    ["*", "/*"],
    ["", ""],
  ])("%s is %s", (path, expected) => {
    expect(normaliseUrl(post("h", path), "path")).toBe(`h${expected}`);
  });
});
