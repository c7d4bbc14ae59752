import { expect, test } from "vitest";
import { explainMysqlRefusal } from "./accounts.ts";

const refusal = (code: string, sql: string): Error => Object.assign(new Error("denied"), { code, sql });

test.for([
  ["ER_DBACCESS_DENIED_ERROR", "CREATE DATABASE `kb_r_a`", "lacks CREATE and DROP on databases"],
  ["ER_SPECIFIC_ACCESS_DENIED_ERROR", "CREATE USER 'u'@'h' IDENTIFIED BY 'sesame'", "lacks CREATE USER"],
  ["ER_CANNOT_USER", "DROP USER IF EXISTS 'u'@'h'", "lacks CREATE USER"],
  ["ER_DBACCESS_DENIED_ERROR", "GRANT SELECT ON x.* TO y", "WITH GRANT OPTION"],
] as const)("%s at %s names the missing privilege, and no password", ([code, sql, privilege]) => {
  const error = explainMysqlRefusal("creating database kb_r_a", refusal(code, sql));
  expect(error.code).toBe("E_MYSQL");
  expect(error.message).toContain(privilege);
  expect(JSON.stringify([error, error.message, error.stack])).not.toContain("sesame");
});

test("a lock that is not released is explained", () => {
  expect(explainMysqlRefusal("resetting", refusal("ER_LOCK_WAIT_TIMEOUT", "DELETE")).hint).toMatch(/row lock/);
});
