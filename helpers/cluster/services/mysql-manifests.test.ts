import type { V1Deployment } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { managedByLabel, runLabel } from "../names.ts";
import { mysqlObjects } from "./mysql-manifests.ts";

const pod = { runId: "r1", image: "mysql:5.6", rootPassword: "sesame" };

test("every object carries the run, and only the Secret has the password", () => {
  const objects = mysqlObjects({ ...pod, storage: { kind: "claim", sizeGib: 2, storageClass: "fast" } });
  expect(objects.map(({ kind }) => kind)).toEqual(["Secret", "PersistentVolumeClaim", "Deployment", "Service"]);
  for (const { metadata } of objects)
    expect(metadata.labels).toMatchObject({ [managedByLabel]: "kalium-bench", [runLabel]: "r1" });
  const [secret, claim, ...rest] = objects;
  expect(JSON.stringify(secret)).toContain(Buffer.from("sesame").toString("base64"));
  expect(JSON.stringify(rest)).not.toMatch(/sesame|c2VzYW1l/);
  expect(claim).toMatchObject({ spec: { storageClassName: "fast", resources: { requests: { storage: "2Gi" } } } });
});

test("without a claim the data is the pod's own", () => {
  const objects = mysqlObjects({ ...pod, storage: { kind: "pod" } });
  const deployment = objects.find(({ kind }) => kind === "Deployment") as V1Deployment | undefined;
  expect(objects.map(({ kind }) => kind)).not.toContain("PersistentVolumeClaim");
  expect(deployment?.spec?.template.spec?.volumes).toEqual([{ name: "data", emptyDir: {} }]);
  expect(deployment?.spec?.template.spec?.containers[0]?.image).toBe("mysql:5.6");
});
