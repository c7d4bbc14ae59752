import { expect, test } from "vitest";
import { managedByLabel, nodeLabel, runLabel } from "../names.ts";
import { serviceEntries, servicePath, serviceProgram } from "./service-programs.ts";
import { servicesDeployment } from "./services-pod.ts";

test("the pod carries the run, is on a node that has its image, and may do nothing", () => {
  const { metadata, spec } = servicesDeployment("r1", "kalium-bench/services:1");
  for (const labels of [metadata.labels, spec?.template.metadata?.labels])
    expect(labels).toMatchObject({ [managedByLabel]: "kalium-bench", [runLabel]: "r1" });
  expect(spec?.selector.matchLabels).toMatchObject({ [runLabel]: "r1" });
  const pod = spec?.template.spec;
  expect(pod).toMatchObject({ nodeSelector: { [nodeLabel]: "r1" }, automountServiceAccountToken: false });
  expect(pod?.containers).toMatchObject([
    {
      image: "kalium-bench/services:1",
      securityContext: { runAsNonRoot: true, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    },
  ]);
  expect(JSON.stringify(pod)).not.toMatch(/"env"|secret/i);
});

test("each service's entry has a program of its own in the image", () => {
  const paths = Object.values(serviceEntries).map((entry) => servicePath(serviceProgram(entry)));
  expect(new Set(paths).size).toBe(5);
  expect(() => serviceProgram(new URL("other.ts", import.meta.url))).toThrow(/not a program of the image/);
});
