import { expect, test } from "vitest";
import { parseMysqlUrl } from "./url.ts";

test("a URL gives address, account and a form without its password", () => {
  expect(parseMysqlUrl("mysql://us%40er:s%2Fecret@db.example.org/any")).toEqual({
    endpoint: { host: "db.example.org", port: 3306 },
    adminUser: "us@er",
    adminPassword: "s/ecret",
    shown: "mysql://us%40er:***@db.example.org:3306",
  });
  expect(parseMysqlUrl("mysql://root@[::1]:3307").endpoint).toEqual({ host: "::1", port: 3307 });
});

test.for([
  "http://root:sesame@localhost",
  "root:sesame@localhost:3306",
  "mysql://root:sesame@localhost:99999",
  "mysql://root:ses@me@/",
  "mysql://:sesame@localhost",
  "mysql://root:sesame@localhost?ssl=true",
  "mysql://root:sesame%zz@localhost",
])("a bad URL is refused without its password: %s", (url) => {
  expect(() => parseMysqlUrl(url)).toThrow(expect.objectContaining({ code: "E_CONFIG" }));
  expect(() => parseMysqlUrl(url)).not.toThrow(/sesame|ses@me/);
});
