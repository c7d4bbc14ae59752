import { expect, test } from "vitest";
import { loadConfig } from "../config/config.ts";
import { namedByOption } from "./by-option.ts";
import { loadTestVariables } from "./load.ts";
import { createProgram } from "./program.ts";

test("options are settings, with or without their unit", () => {
  const options = { systems: "gvisor,native", rates: "20,50", clients: "8", replicas: "3", duration: "10s" };
  const variables = loadTestVariables({ ...options, bound: "80ms", quantile: "p99.9", search: true, function: "x" });
  const { load, systems } = loadConfig(variables);
  expect(systems).toEqual(["gvisor", "native"]);
  expect(load).toEqual({
    ratesPerS: [20, 50],
    clients: 8,
    replicas: 3,
    windowMs: 10_000,
    boundMs: 80,
    quantile: 0.999,
    arrivals: "poisson",
    search: true,
  });
  expect(loadTestVariables({ duration: "10", bound: "80" })).toEqual({
    KALIUM_LOAD_SECONDS: "10",
    KALIUM_LOAD_BOUND_MS: "80",
  });
  expect(loadTestVariables({ bound: "0.5s" })).toEqual({ KALIUM_LOAD_BOUND_MS: "500" });
});

test("the help states the defaults of the settings", () => {
  const load = createProgram().commands.find((command) => command.name() === "load");
  const stated = (load?.options ?? []).flatMap(({ long, description }) => {
    const [, value] = /\(default: ([^ )]+)\)$/.exec(description) ?? [];
    return value === undefined ? [] : [[long?.replace("--", "") ?? "", value] as const];
  });
  expect(stated.map(([name]) => name)).toEqual([
    "rates",
    "clients",
    "replicas",
    "duration",
    "bound",
    "quantile",
    "arrivals",
  ]);
  expect(loadConfig(loadTestVariables(Object.fromEntries(stated))).load).toEqual(loadConfig({}).load);
});

test("text that is not a rate, and a rate that is too high, are refused by name", () => {
  for (const rates of ["50,20", "20,20", "0", "x", "20,1e3"]) {
    expect(() => loadConfig({ KALIUM_LOAD_RATES: rates })).toThrow("KALIUM_LOAD_RATES");
  }
  expect(() => loadConfig({ KALIUM_LOAD_RATES: "1000", KALIUM_LOAD_SECONDS: "600" })).toThrow("at most 200000");
});

test("an option that cannot be used is named as it was typed", () => {
  const variables = loadTestVariables({ bound: "50x" });
  const read = () => namedByOption({ bound: "KALIUM_LOAD_BOUND_MS" }, () => loadConfig(variables));
  expect(read).toThrow('--bound is "50x", but must be');
  expect(read).not.toThrow("KALIUM_LOAD_BOUND_MS");
  expect(read).toThrow("-> Correct the option; --help shows its form.");
  const setting = () => namedByOption({ bound: "KALIUM_LOAD_BOUND_MS" }, () => loadConfig({ KALIUM_BLOCKS: "x" }));
  expect(setting).toThrow("-> Correct or unset it");
});
