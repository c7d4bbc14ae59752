import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, vi } from "vitest";

/**
 * A folder for one test whose `bin` comes first on PATH, and whose `cache` is the private cache. Programs are shell
 * scripts that really run; what they need elsewhere they find behind it.
 */
export function fakeMachine(programs: Readonly<Record<string, string>>): { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "kalium-setup-test-"));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(path, { recursive: true, force: true });
  });
  mkdirSync(join(path, "tmp"));
  for (const [name, script] of Object.entries(programs)) writeProgram(join(path, "bin", name), script);
  vi.stubEnv("PATH", `${join(path, "bin")}:${process.env["PATH"] ?? ""}`);
  vi.stubEnv("XDG_CACHE_HOME", join(path, "cache"));
  vi.stubEnv("TMPDIR", join(path, "tmp"));
  vi.stubEnv("MACHINE", path);
  return { path };
}

export function writeProgram(path: string, script: string): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

/** A runsc as far as set-up asks it. */
export const fakeRunsc = (version: string, platforms: string): string =>
  `case $1 in
  --version) echo "runsc version ${version}";;
  flags) echo "specifies which platform to use: ${platforms}";;
  *) exit 1;;
esac`;
