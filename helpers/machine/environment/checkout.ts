import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { runCommand } from "../../sandboxes/run-command.ts";

const projectRoot = new URL("../../../", import.meta.url);

/** The exact code: commit, what was changed since, and the packages as they are installed. */
export async function captureCheckout(root: URL = projectRoot): Promise<Record<string, unknown>> {
  const [git, lockFileSha256, packages] = await Promise.all([
    captureGit(fileURLToPath(root)).catch(() => null),
    readFile(new URL("package-lock.json", root)).then(sha256, () => null),
    directPackages(root).catch(() => null),
  ]);
  return { git, lockFileSha256, packages };
}

/** @returns `changesSha256` null for a clean checkout; it covers changed and new files, ignored ones excepted */
async function captureGit(root: string): Promise<Record<string, unknown>> {
  const [commit, difference, untracked] = await Promise.all([
    git(root, "rev-parse", "HEAD"),
    git(root, "diff", "HEAD", "--binary", "--no-ext-diff", "--no-textconv"),
    git(root, "ls-files", "--others", "--exclude-standard", "-z"),
  ]);
  const names = untracked.split("\0").filter((name) => name !== "");
  const contents = await Promise.all(names.map((name) => readFile(`${root}/${name}`).catch(() => Buffer.alloc(0))));
  const clean = difference === "" && names.length === 0;
  const digest = clean ? null : sha256(JSON.stringify([difference, names, contents.map(sha256)]));
  return { commit: commit.trim(), changesSha256: digest };
}

async function git(root: string, ...parameters: readonly string[]): Promise<string> {
  // The checkout may belong to another user than the one who runs us, often root.
  const settings = ["-c", "safe.directory=*", "-c", "core.fsmonitor=false"];
  const { code, stdout } = await runCommand(["git", "-C", root, ...settings, ...parameters], { timeoutMs: 20_000 });
  if (code !== 0) throw new Error(`git ${parameters.join(" ")} failed`);
  return stdout;
}

/** `name version` of every dependency that package.json names and npm has installed. */
async function directPackages(root: URL): Promise<readonly string[]> {
  const [manifest, installed] = await Promise.all(
    ["package.json", "node_modules/.package-lock.json"].map(
      async (path) =>
        JSON.parse(await readFile(new URL(path, root), "utf8")) as Record<string, Record<string, unknown>>,
    ),
  );
  const names = ["dependencies", "optionalDependencies", "devDependencies"].flatMap((key) =>
    Object.keys(manifest?.[key] ?? {}),
  );
  return names.toSorted().flatMap((name) => {
    const entry = installed?.["packages"]?.[`node_modules/${name}`] as { readonly version?: string } | undefined;
    return entry?.version === undefined ? [] : [`${name} ${entry.version}`];
  });
}

const sha256 = (data: Buffer | string): string => createHash("sha256").update(data).digest("hex");
