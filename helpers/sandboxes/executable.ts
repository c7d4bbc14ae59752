import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

/** By file: a run asks for each of its instances, and hashing a runtime takes a tenth of a second. */
const known = new Map<string, Promise<string>>();

/** SHA-256 of the program that a live process executes, even if its file was replaced; `undefined` when it is gone. */
export async function executableSha256(pid: number): Promise<string | undefined> {
  const path = `/proc/${pid}/exe`;
  try {
    const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true });
    const file = [dev, ino, size, mtimeNs].join("/");
    let hashed = known.get(file);
    if (hashed === undefined) known.set(file, (hashed = sha256Of(path)));
    hashed.catch(() => known.delete(file));
    return await hashed;
  } catch {
    return undefined;
  }
}

/** Of a file. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}
