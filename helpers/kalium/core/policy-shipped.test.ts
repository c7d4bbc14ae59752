/** With the application's own policy, on the semantics of the artifact's last controller. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { createAutomaton } from "./automaton.ts";
import { ctrPolicy } from "./policy-export.ts";
import { parsePolicy, type GraphPolicy } from "./policy.ts";
import { shippedPolicy } from "./policy-shipped.ts";

const path = new URL("../../../fixtures/kalium/policy.json", import.meta.url);
const learnt = parsePolicy(await readFile(path, "utf8"), "policy.json");
/** As `ctr` reads the file. */
const shipped = parsePolicy(ctrPolicy(shippedPolicy(learnt)), "shipped.json");

/** Verdicts on GETE events of functions without others in between, over and over. */
function verdicts({ graph, events, eventIds }: GraphPolicy, functions: readonly string[]): readonly string[] {
  const automaton = createAutomaton(graph, { semantics: "shipped", level: "global" });
  const idOf = (of: string): number => {
    const [hash] = [...events].find(([, event]) => event.function === of && event.name === "GETE") ?? [];
    return hash === undefined ? -1 : (eventIds.get(hash) ?? -1);
  };
  return functions.map((of) => automaton.check(idOf(of)).verdict);
}

test("the learnt counters allow only the first request of a controller's life, the shipped profile each", () => {
  const requests = Array.from({ length: 500 }, (_, index) =>
    index % 2 === 0 ? "product-photos-1-assign" : "product-catalog-builder",
  );
  expect(new Set(verdicts(learnt.global, requests).slice(2))).toEqual(new Set(["deny"]));
  expect(new Set(verdicts(shipped.global, requests))).toEqual(new Set(["allow"]));
});

test("a function that nothing calls is still denied, and what follows is allowed", () => {
  expect(verdicts(shipped.global, ["product-photos-1-assign", "nobody", "product-photos-1-assign"])).toEqual([
    "allow",
    "deny",
    "allow",
  ]);
});
