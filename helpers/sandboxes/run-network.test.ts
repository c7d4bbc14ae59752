import { expect, test } from "vitest";
import { freeSubnet } from "./run-network.ts";

const holding = (...addresses: readonly string[]) =>
  addresses.map((each) => {
    const [local = "", prefixlen = "24"] = each.split("/");
    return { ifname: "x", addr_info: [{ local, prefixlen: Number(prefixlen) }] };
  });

test("each run begins its search elsewhere", () => {
  expect(freeSubnet([], "000000")).toBe("10.201.0");
  expect(freeSubnet([], "0000a7")).toBe("10.201.167");
});

test("a range in which anybody has an address is passed over", () => {
  expect(freeSubnet(holding("10.201.0.1/24", "10.201.1.77/32", "fe80::1/64"), "000000")).toBe("10.201.2");
});

test("a wider network that covers a range takes it too", () => {
  expect(freeSubnet(holding("10.201.3.9/22"), "000000")).toBe("10.201.4");
});

test("with everything taken it says what to do", () => {
  expect(() => freeSubnet(holding("10.0.0.1/8"), "000000")).toThrow(/no free \/24[^]*npm run sweep/);
});
