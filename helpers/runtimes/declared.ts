/** Runtimes of the user's own file, `KALIUM_RUNTIMES`: docs/runtimes.md. */
import { isAbsolute } from "node:path";
import type { DeclaredOci, DeclaredRunsc, DeclaredRuntime, Declarations } from "../contracts/declarations.ts";
import type { Runtime, RuntimeSettings } from "../contracts/runtime.ts";
import { executableAt, onPath } from "./binary.ts";
import { classRuntime } from "./class-runtime.ts";
import { locateRunsc, gvisor, openGvisor } from "./gvisor.ts";
import { probeTimes } from "./probe.ts";
import { notInstalled, type Revision } from "./revision.ts";
import { openRunc, runc } from "./runc.ts";

let known: Declarations | undefined;

/** What this process knows of the user's file: given by the settings, in each process that has names to look up. */
export function declare(declarations: Declarations | undefined): void {
  known = declarations;
}

export const declarations = (): Declarations | undefined => known;

/** A cluster's nodes have binaries and flags of their own. */
const onCluster = (file: string): Runtime["onCluster"] => ({
  reason: `${file} declares it for this machine alone`,
  hint: "Use KALIUM_PLATFORM=local, or give nodes a second build: npm run cluster -- up --runsc gvisor-ref=PATH",
});

/** @param file for messages */
export function declaredRuntime(declared: DeclaredRuntime, file: string): Runtime {
  if (declared.kind === "class") return classRuntime(declared);
  return declared.kind === "runsc" ? declaredRunsc(declared, file) : declaredOci(declared, file);
}

/** The user's own of these settings. */
export const declaredRuntimes = ({ declared }: Pick<RuntimeSettings, "declared">): readonly Runtime[] =>
  declared?.runtimes.map((each) => declaredRuntime(each, declared.file)) ?? [];

function declaredRunsc(declared: DeclaredRunsc, file: string): Runtime {
  const { name, binary, flags, platform, network } = declared;
  const own =
    binary === undefined ? { find: locateRunsc, absent: notInstalled("runsc (gVisor)") } : program(binary, file);
  const open = openGvisor(probeTimes, { name, ...own, flags: () => (flags.length > 0 ? flags : undefined) });
  const within = (settings: RuntimeSettings): RuntimeSettings => ({
    ...settings,
    gvisorPlatform: platform ?? settings.gvisorPlatform,
    gvisorNetwork: network ?? settings.gvisorNetwork,
  });
  return { ...gvisor, name, onCluster: onCluster(file), open: (settings, signal) => open(within(settings), signal) };
}

function declaredOci({ name, binary, flags }: DeclaredOci, file: string): Runtime {
  const open = openRunc(probeTimes, { name, ...program(binary, file), flags });
  return { ...runc, name, onCluster: onCluster(file), open };
}

function program(binary: string, file: string): Pick<Revision<DeclaredRuntime["name"]>, "find" | "absent"> {
  if (isAbsolute(binary)) {
    const reason = `${binary} does not exist or is not executable`;
    return { find: () => executableAt(binary), absent: { reason, hint: `Correct its path in ${file}` } };
  }
  return {
    find: () => onPath(binary),
    absent: {
      reason: `there is no program ${binary} on PATH`,
      hint: `Install it (\`sudo apt-get install ${binary}\` where a package has its name), or write its path into ${file}`,
    },
  };
}
