import { expect, test } from "vitest";
import { loadConfig } from "../../config/config.ts";
import { inspectMachine } from "./inspect-machine.ts";

test("every finding names a version, or what is missing and what would bring it", async () => {
  const findings = await inspectMachine();
  expect(findings.map(({ name }) => name)).toEqual(expect.arrayContaining(["Node.js", "runsc", "runc", "mysqld"]));
  for (const finding of findings) {
    if (finding.state === "missing") expect(finding.packages, finding.name).not.toEqual([]);
    else if (finding.state !== "absent") expect(finding.version, finding.name).toMatch(/\S/);
  }
});

test("the Node that runs this is good enough", async () => {
  const node = (await inspectMachine()).find(({ name }) => name === "Node.js");
  expect(node).toMatchObject({ state: "present", version: process.versions.node, path: process.execPath });
});

test("a runtime that is named but does not answer is missing, and no package would help", async () => {
  const { mysql } = loadConfig({});
  const { runtimes } = loadConfig({ KALIUM_RUNSC: "/bin/false", KALIUM_RUNC: "/bin/false" });
  const findings = await inspectMachine({ mysql, runtimes });
  for (const name of ["runsc", "runc"]) {
    expect(findings.find((finding) => finding.name === name)).toMatchObject({ state: "missing", packages: [] });
  }
});
