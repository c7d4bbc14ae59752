import { expect, test } from "vitest";
import { accountHostOf } from "./local.ts";

test.for([
  ["10.201.0.1", 16, "10.201.0.0/255.255.0.0"],
  ["10.201.7.1", 20, "10.201.0.0/255.255.240.0"],
  ["192.168.3.9", 24, "192.168.3.0/255.255.255.0"],
  ["172.16.5.6", 30, "172.16.5.4/255.255.255.252"],
] as const)("accounts on a bridge %s/%i may log in from %s", ([hostAddress, prefixLength, expected]) => {
  expect(accountHostOf({ kind: "bridge", bridge: "kb0", hostAddress, prefixLength })).toBe(expected);
});

test("accounts on loopback may log in from loopback alone", () => {
  expect(accountHostOf({ kind: "loopback", hostAddress: "127.0.0.1" })).toBe("127.0.0.1");
});
