import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { release } from "node:os";
import { join } from "node:path";
import { privateCache } from "./binary.ts";

/** What a trial depends on. A restart into another kernel asks again. */
export interface ProbeSubject {
  readonly sha256: string;
  readonly platform: string;
  readonly network: string;
  readonly cgroups: boolean;
  readonly flags?: readonly string[];
}

const fileOf = (subject: ProbeSubject): string => {
  const key = JSON.stringify([
    subject.sha256,
    subject.platform,
    subject.network,
    subject.cgroups,
    subject.flags ?? [],
    release(),
  ]);
  return join(privateCache(), "probes", createHash("sha256").update(key).digest("hex").slice(0, 32));
};

/** A trial that went well is remembered, which saves a second per run; one that failed never is. */
export const workedBefore = (subject: ProbeSubject): Promise<boolean> =>
  readFile(fileOf(subject)).then(
    () => true,
    () => false,
  );

/** Best effort: without a writable cache the next run tries again. */
export async function rememberThatItWorks(subject: ProbeSubject): Promise<void> {
  const file = fileOf(subject);
  try {
    await mkdir(join(file, ".."), { recursive: true });
    await writeFile(`${file}.${process.pid}`, `${JSON.stringify({ ...subject, kernel: release() })}\n`);
    await rename(`${file}.${process.pid}`, file);
  } catch {
    // read-only home directory
  }
}
