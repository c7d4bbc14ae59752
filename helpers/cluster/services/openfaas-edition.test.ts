import { expect, test } from "vitest";
import { editionOf, pullingOf } from "./openfaas-edition.ts";

const information = (provider: string) => ({
  provider: { provider, orchestration: "kubernetes", version: { release: "0.18.17", sha: "e0" } },
  version: { release: "0.27.14", sha: "8d" },
});

test.for<[string, object]>([
  [
    "faas-netes-ce",
    { kind: "faas-netes-ce", version: "0.27.14", functionLimit: 15, replicaLimit: 5, honoursProfiles: false },
  ],
  ["faas-netes-operator", { kind: "faas-netes-pro", honoursProfiles: true }],
  ["kalium-bench", { kind: "kalium-bench", honoursProfiles: false }],
  ["faasd-ce", { kind: "unknown", provider: "faasd-ce", honoursProfiles: false }],
])("provider %s", ([provider, expected]) => {
  expect(editionOf(information(provider))).toMatchObject(expected);
});

test.for([
  ["0.18.17", 15],
  ["0.18.12", 15],
  ["0.18.11", 10],
  ["0.18.9", 15],
  ["0.17.4", 30],
  ["1.0.0", 15],
  ["0.16.10", undefined],
  ["dev", undefined],
  ["", undefined],
] as const)("faas-netes CE %s takes %s functions", ([release, functionLimit]) => {
  const provider = { provider: "faas-netes-ce", version: { release } };
  expect(editionOf({ provider }).functionLimit).toBe(functionLimit);
});

test("a limit that the gateway gives wins over that of its release", () => {
  expect(editionOf({ ...information("faas-netes-ce"), limits: { functions: 30 } })).toMatchObject({
    functionLimit: 30,
  });
});

test("an edition that always pulls is reported, with what runs do about it", () => {
  expect(pullingOf({ kind: "faas-netes-ce" })).toMatchObject([
    { state: "note", found: expect.stringMatching(/always pulls, which needs a registry.*images -- load/) as string },
  ]);
  expect(pullingOf({ kind: "kalium-bench" })).toEqual([]);
});

test("our own gateway tells its limits", () => {
  const limits = { functions: 20, replicas: 5 };
  expect(editionOf({ ...information("kalium-bench"), limits })).toMatchObject({ functionLimit: 20, replicaLimit: 5 });
});

test("a gateway that says nothing is unknown, not refused", () => {
  expect(editionOf("hello")).toEqual({
    kind: "unknown",
    provider: "unknown",
    version: "unknown",
    honoursProfiles: false,
  });
});
