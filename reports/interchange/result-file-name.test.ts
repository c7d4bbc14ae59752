import { expect, test } from "vitest";
import { type ResultFile, readFileName } from "./result-file-name.ts";

const read = (path: string, system?: string): ResultFile => {
  const named = readFileName(path, system);
  if (typeof named === "string") throw new TypeError(named);
  return named;
};
const systemOf = (path: string, system?: string): string => read(path, system).system.name;

test("function, number of calls and kind are in the name", () => {
  expect(read("/x/gvisor_20_api_categories_results")).toMatchObject({
    named: { label: "product-catalog-api-categories" },
    count: 20,
    kind: "summary",
  });
  expect(read("/x/kalium_120_authorize-cc")).toMatchObject({
    named: { label: "product-purchase-authorize-cc" },
    count: 120,
    kind: "timings",
  });
});

test("Kalium's earlier name is Kalium in both spellings; its number is not a count", () => {
  for (const name of ["seclambda_11_authenticate", "seclamba_11_publish", "seclambda_11_getprice"]) {
    expect(read(`/x/${name}`)).toMatchObject({
      system: { name: "kalium-artifact" },
      count: undefined,
      kind: "timings",
    });
  }
  expect(readFileName("/x/seclambda_11_publish_results")).toMatch("does not say of how many calls");
});

test("the folder says whose results they are, else the tree, else the name", () => {
  expect(systemOf("/x/results_gvisor/gvisor_20_assign_results")).toBe("gvisor");
  expect(systemOf("/x/results_kalium/kalium_20_assign_results")).toBe("kalium-artifact");
  expect(systemOf("/x/results_kalium-embedded_gvisor/gvisor_20_assign_results")).toBe("kalium");
  expect(systemOf("/x/results_valve_gvisor/gvisor_20_assign_results")).toBe("valve");
  expect(systemOf("/x/raw_trapeze-as-shipped_gvisor/gvisor_20_assign")).toBe("trapeze-as-shipped");
  expect(systemOf("/x/trapeze-hello-retail/results_gvisor/gvisor_20_assign_results")).toBe("trapeze");
  expect(systemOf("/x/valve-hello-retail/results_valve_gvisor/gvisor_20_assign_results")).toBe("valve");
  expect(systemOf("/x/valve-hello-retail/product-photos/1.assign/gvisor_20_assign")).toBe("valve");
  expect(systemOf("/x/vanilla-hello-retail/product-photos/1.assign/gvisor_20_assign")).toBe("gvisor");
  expect(systemOf("/x/runc_20_assign")).toBe("runc");
});

test("a named system wins over folder and name", () => {
  expect(systemOf("/x/results_gvisor/gvisor_20_assign", "trapeze")).toBe("trapeze");
  expect(readFileName("/x/gvisor_20_assign", "trapez")).toBe("unknown system trapez");
});

test("what is not known is refused with what is", () => {
  expect(readFileName("/x/README.md")).toMatch(/not named like gvisor_20_assign .*seclambda/);
  expect(readFileName("/x/docker_20_assign")).toMatch(/known beginnings: gvisor, native, runc, kalium/);
  expect(readFileName("/x/gvisor_20_asign")).toMatch(/unknown function asign; known: microbench, receive,/);
  expect(readFileName("/x/results_firecracker/gvisor_20_assign_results")).toMatch(/results_valve_gvisor.*--system/);
  expect(readFileName("/x/trapeze-hello-retail/results_kalium/kalium_20_assign_results")).toMatch("--system");
  expect(readFileName("/x/results_gvisor/kalium_20_assign_results")).toBe("its name says kalium, its folder gvisor");
});
