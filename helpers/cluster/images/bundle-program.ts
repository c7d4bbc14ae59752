import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

/** Bundles one of our programs with all that it imports into one module for Node. The same sources give the same text. */
export async function bundleProgram(entry: URL): Promise<string> {
  await using build = await rolldown({ input: fileURLToPath(entry), platform: "node", logLevel: "silent" });
  const { output } = await build.generate({ format: "esm", minify: true, codeSplitting: false });
  return output[0].code;
}
