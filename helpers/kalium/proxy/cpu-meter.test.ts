import { expect, test } from "vitest";
import { createCpuMeter } from "./cpu-meter.ts";

const burn = (ns: bigint): void => {
  const { user, system } = process.threadCpuUsage();
  const spentUs = (): number => {
    const now = process.threadCpuUsage();
    return now.user + now.system - user - system;
  };
  while (BigInt(spentUs()) * 1_000n < ns);
};

test("counts what it runs, also where that fails, and nothing else", () => {
  const meter = createCpuMeter();
  meter.around(() => burn(5_000_000n));
  burn(20_000_000n);
  expect(() =>
    meter.around(() => {
      burn(5_000_000n);
      throw new Error("wrong");
    }),
  ).toThrow("wrong");
  expect(meter.spentNs).toBeGreaterThanOrEqual(10_000_000);
  expect(meter.spentNs).toBeLessThan(20_000_000);
});
