/** What a run ran on: proofs of the sandboxes, where its time went, the machine. */
import { z } from "zod";
import { systemTitle } from "../figures/figure-order.ts";
import type { LatencyRecord, RunRecord } from "../records/record.ts";
import { median } from "../stats/quantile.ts";
import { type Table, columns } from "./document.ts";
import { formatMs } from "./numbers.ts";

/**
 * Per system: on what it provably ran. `Proven`: of the blocks with calls, those in which an instance reported the
 * runtime that the system claims.
 */
export function proofsTable(records: readonly LatencyRecord[]): Table {
  const systems = new Map(records.flatMap((record) => record.systems.map((system) => [system.name, system] as const)));
  const rows = [...systems.values()].map(({ name, runtime }) => {
    const own = records.flatMap((record) => {
      const proofs = record.proofs.filter((proof) => proof.system === name);
      const called = new Set<number>();
      for (const { system, block } of record.samples) if (system === name) called.add(block);
      const proven = [...called].filter((block) => {
        const ofBlock = proofs.filter((proof) => proof.block === block);
        return (
          ofBlock.length > 0 && ofBlock.every((proof) => proof.runtime === runtime && proof.unproven === undefined)
        );
      });
      return [{ proofs, called: called.size, proven: proven.length }];
    });
    const proofs = own.flatMap((one) => one.proofs);
    const total = (key: "called" | "proven"): number => own.reduce((sum, one) => sum + one[key], 0);
    return [
      systemTitle(name),
      distinct(proofs.map(({ version }) => version)),
      distinct(proofs.map(({ platform = "", flags = [] }) => [platform, ...flags].join(" "))),
      distinct(proofs.map(({ network }) => network)),
      `${total("proven")}/${total("called")}`,
      proofs.length === 0 ? formatMs(undefined) : formatMs(median(proofs.map(({ startNs }) => startNs))),
    ];
  });
  return { columns: columns("System", "Version", "Platform", "Network", ">Proven", ">Median start ms"), rows };
}

/** What instances left open of the runtime that their system claims, a sentence each. */
export const openProofs = (records: readonly LatencyRecord[]): readonly string[] => [
  ...new Set(
    records.flatMap(({ proofs }) =>
      proofs.flatMap(({ system, unproven }) =>
        unproven === undefined ? [] : [`${systemTitle(system)}: ${unproven}.`],
      ),
    ),
  ),
];

export function blockTimeTable(records: readonly LatencyRecord[]): Table {
  const parts = [
    ["reset the database", "resetMs"],
    ["start and prove sandboxes", "deployMs"],
    ["warm up", "warmupMs"],
    ["measure", "measureMs"],
    ["remove sandboxes", "removeMs"],
  ] as const;
  const blocks = records.flatMap((record) => record.blocks);
  const totals = parts.map(([, key]) => blocks.reduce((sum, block) => sum + block[key], 0));
  const all = totals.reduce((sum, ms) => sum + ms, 0);
  return {
    columns: columns("Part", ">Total s", ">Per block ms", ">Share"),
    rows: parts.map(([name], index) => {
      const ms = totals[index] ?? 0;
      const perBlock = blocks.length === 0 ? 0 : ms / blocks.length;
      return [
        name,
        (ms / 1000).toFixed(1),
        perBlock.toFixed(0),
        all === 0 ? "0 %" : `${((100 * ms) / all).toFixed(0)} %`,
      ];
    }),
  };
}

const forwarded = z.object({ cluster: z.object({ gateway: z.object({ calledBy: z.literal("port-forward") }) }) });

/** A warning where measured calls did not go straight to the gateway of a cluster. */
export const forwardedCalls = (environment: RunRecord["environment"]): readonly string[] =>
  forwarded.safeParse(environment).success
    ? [
        "Every measured call used a port-forward through the API server and the kubelet. That path adds to each " +
          "latency and to its spread, and draws ratios towards 1. Measure from inside the cluster's network, or name an " +
          "address of the gateway in KALIUM_GATEWAY_URL.",
      ]
    : [];

/** Nested facts as `machine.cpu` and their values; small inner objects on one line. */
export function factsTable(facts: RunRecord["environment"]): Table {
  return { columns: columns("Fact", "Value"), rows: flatten(facts, "") };
}

function flatten(value: unknown, path: string): readonly (readonly string[])[] {
  if (value === undefined) return [];
  if (!isObject(value)) return [[path, typeof value === "string" ? value : JSON.stringify(value)]];
  const entries = Object.entries(value);
  if (Array.isArray(value) && !entries.some(([, item]) => isObject(item))) return [[path, value.join(", ")]];
  if (path.includes(".") && !entries.some(([, item]) => isObject(item))) {
    return [
      [
        path,
        entries.map(([key, item]) => `${key} ${typeof item === "string" ? item : JSON.stringify(item)}`).join(", "),
      ],
    ];
  }
  return entries.flatMap(([key, inner]) => flatten(inner, path === "" ? key : `${path}.${key}`));
}

const isObject = (value: unknown): value is object => value !== null && typeof value === "object";

const distinct = (values: readonly string[]): string => [...new Set(values)].filter((value) => value !== "").join("; ");
