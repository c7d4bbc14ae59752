import { isArtifactRuntime } from "../kalium/artifact/build-folder.ts";
import { systemNamed } from "./systems.ts";
import type { Values } from "./variables.ts";

/** Settings under which the artifact's runsc builds cannot run, or would run without what they are measured for. */
export function artifactProblems(values: Values, systems: readonly string[]): readonly string[] {
  const needy = systems.find((name) => isArtifactRuntime(systemNamed(name).runtime));
  if (needy === undefined) return [];
  const problems: string[] = [];
  if (values.KALIUM_BUILD === undefined && values.KALIUM_PLATFORM === "local") {
    problems.push(`KALIUM_BUILD is not set: ${needy} needs the artifact's build/bin`);
  }
  if (values.KALIUM_GVISOR_NETWORK === "host") {
    problems.push(
      `KALIUM_GVISOR_NETWORK is "host", but ${needy} needs "sandbox": the artifact's guard is part of gVisor's own network stack and does not see the host's`,
    );
  }
  const platform = values.KALIUM_GVISOR_PLATFORM;
  if (platform === "systrap" || platform === "kvm") {
    problems.push(
      `KALIUM_GVISOR_PLATFORM is "${platform}", but ${needy} runs on ptrace, the only platform on which it has worked: unset it, or set it to "ptrace" for all of gVisor`,
    );
  }
  return problems;
}
