import { stat } from "node:fs/promises";
import { sha256OfFile } from "../base/sha256-of-file.ts";

/** By file: a run asks for each of its instances, and hashing a runtime takes a tenth of a second. */
const known = new Map<string, Promise<string>>();

/** SHA-256 of the program that a live process executes, even if its file was replaced; `undefined` when it is gone. */
export async function executableSha256(pid: number): Promise<string | undefined> {
  const path = `/proc/${pid}/exe`;
  try {
    const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true });
    const file = [dev, ino, size, mtimeNs].join("/");
    let hashed = known.get(file);
    if (hashed === undefined) known.set(file, (hashed = sha256OfFile(path)));
    hashed.catch(() => known.delete(file));
    return await hashed;
  } catch {
    return undefined;
  }
}
