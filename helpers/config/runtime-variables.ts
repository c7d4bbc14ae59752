import { executableFile, oneOf, readableFile, readableFolder, runscFlags } from "./kinds.ts";
import type { Variable } from "./variable.ts";

/** Settings of runtimes and of the watchdog: which programs, with which flags. */
export const runtimeVariables = {
  KALIUM_RUNSC: {
    schema: executableFile,
    shownDefault: "private cache, then PATH",
    meaning: "Path of gVisor's `runsc`",
  },
  KALIUM_WATCHDOG: {
    schema: executableFile,
    shownDefault: "ours",
    meaning:
      "Program that takes calls in every instance and hands them to the function, in the place of our own watchdog: OpenFaaS' of-watchdog. docs/gateway.md",
  },
  KALIUM_RUNC: {
    schema: executableFile,
    shownDefault: "PATH",
    meaning: "Path of `runc`, or of an OCI runtime with the same options",
  },
  KALIUM_RUNSC_REF: {
    schema: executableFile,
    shownDefault: "none",
    meaning: "A second `runsc`, for the system `gvisor-ref`; `npm run compare -- --interleave` sets it",
  },
  KALIUM_RUNSC_FLAGS: {
    schema: runscFlags,
    shownDefault: "none",
    meaning:
      "Flags of `runsc` for all systems on `gvisor`, such as `--directfs=false`. On a cluster: `cluster up --runsc-flag`",
  },
  KALIUM_RUNSC_REF_FLAGS: {
    schema: runscFlags,
    shownDefault: "none",
    meaning:
      "Flags of `runsc` for `gvisor-ref`. Without `KALIUM_RUNSC_REF` it is the same `runsc` as `gvisor`, with these flags",
  },
  KALIUM_RUNC_REF: { schema: executableFile, shownDefault: "none", meaning: "A second `runc`, for `runc-ref`" },
  KALIUM_RUNTIMES: {
    schema: readableFile,
    shownDefault: "none",
    meaning:
      "YAML file of your own runtimes and systems: builds and flags of `runsc`, or OCI runtimes such as crun. Its systems are compared too, unless `KALIUM_SYSTEMS` chooses. docs/runtimes.md",
  },
  KALIUM_BUILD: {
    schema: readableFolder,
    shownDefault: "none",
    meaning:
      "The artifact's `build/bin`, for `gvisor-stock`, `kalium-artifact` and `kalium-microbench`. docs/artifact-binaries.md",
  },
  KALIUM_CTR_POLICY: {
    schema: readableFile,
    shownDefault: "`KALIUM_POLICY`, exported",
    meaning: "Policy file for the artifact's `ctr`, passed unchanged, such as its `policy_test.json`",
  },
  KALIUM_GVISOR_PLATFORM: {
    schema: oneOf("auto", "systrap", "ptrace", "kvm"),
    preset: "auto",
    meaning: "gVisor's platform; `auto` tries `systrap`, then `ptrace`, never `kvm`",
  },
  KALIUM_GVISOR_NETWORK: {
    schema: oneOf("sandbox", "host"),
    preset: "sandbox",
    meaning: "`sandbox` is gVisor's own network stack, `host` bypasses it",
  },
} as const satisfies Record<`KALIUM_${string}`, Variable>;
