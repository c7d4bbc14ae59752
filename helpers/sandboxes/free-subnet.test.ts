import { expect, test } from "vitest";
import { type ClaimedNetwork, freeSubnet, usualRanges } from "./free-subnet.ts";

const claimed = (...networks: readonly string[]): readonly ClaimedNetwork[] =>
  networks.map((network) => ({ network, by: "dev tun0" }));

test("each run begins its search elsewhere", () => {
  expect(freeSubnet([], "000000")).toBe("10.201.0");
  expect(freeSubnet([], "0000a7")).toBe("10.201.167");
});

test("what is claimed is passed over, be it narrower or wider than a bridge", () => {
  expect(freeSubnet(claimed("10.201.0.1/24", "10.201.1.77/32"), "000000")).toBe("10.201.2");
  expect(freeSubnet(claimed("10.201.1.77"), "000001")).toBe("10.201.2");
  expect(freeSubnet(claimed("10.201.3.9/22"), "000000")).toBe("10.201.4");
});

test.for([
  [["10.0.0.0/8"], "172.30.167"],
  [["10.0.0.0/8", "172.16.0.0/12"], "192.168.167"],
  [["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], "198.18.167"],
  [["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "198.18.0.0/15"], "100.96.167"],
  [["0.0.0.0/1", "128.0.0.0/1", "0.0.0.0/0"], "10.201.167"],
] as const)("with %s claimed by a VPN, the next private range is taken", ([networks, subnet]) => {
  expect(freeSubnet(claimed(...networks), "0000a7")).toBe(subnet);
});

test("if all ranges are taken, it says by what, and what to do", () => {
  const all = claimed(...usualRanges, "10.0.0.0/8");
  expect(() => freeSubnet(all, "000000")).toThrow(
    /no free \/24 in 10\.201\.0\.0\/16, [^]*10\.0\.0\.0\/8 dev tun0|and 1 more[^]*KALIUM_NETWORK_RANGE/,
  );
});

test("in a range that the user names, a wide route is not an obstacle, but what lies in it is", () => {
  const wide = claimed("10.0.0.0/8", "10.77.0.0/16");
  expect(freeSubnet(wide, "000000", "10.77.0.0/16")).toBe("10.77.0");
  expect(freeSubnet([...wide, ...claimed("10.77.0.5/24")], "000000", "10.77.0.0/16")).toBe("10.77.1");
  expect(freeSubnet([], "ffffff", "192.168.7.0/24")).toBe("192.168.7");
  expect(() => freeSubnet(claimed("192.168.7.9/32"), "000000", "192.168.7.0/24")).toThrow(
    /192\.168\.7\.9\/32 dev tun0/,
  );
});

test.for(usualRanges)("the first and the last /24 of %s are found", (range) => {
  const others = claimed(...usualRanges.filter((other) => other !== range));
  const size = 2 ** (24 - Number(range.split("/")[1]));
  const found = [0, size - 1, size].map((run) => freeSubnet(others, run.toString(16).padStart(6, "0")));
  expect(`${found[0]}.0`).toBe(range.split("/")[0]);
  expect(new Set(found).size).toBe(2); // and then from the start
});
