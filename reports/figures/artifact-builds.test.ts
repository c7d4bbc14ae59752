import { expect, test } from "vitest";
import type { ProofRecord } from "../records/record.ts";
import { artifactBuilds } from "./artifact-builds.ts";

const proof = (runtime: string, version: string) => ({ runtime, version }) as ProofRecord;

test("versions of the artifact's builds are named once, and plain HTTP where it was used", () => {
  const proofs = [proof("kalium", "runsc version X"), proof("gvisor-stock", "runsc version Y"), proof("gvisor", "Z")];
  expect(artifactBuilds([{ proofs }])).toBe("The artifact's builds call themselves: runsc version X; runsc version Y");
  expect(artifactBuilds([{ proofs, picture: "http" }])).toContain("fetched the picture by plain HTTP, not HTTPS");
  expect(artifactBuilds([{ proofs: [proof("gvisor", "Z")] }])).toBeUndefined();
});
