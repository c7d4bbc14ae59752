import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

/**
 * Bundles one of our programs with all that it imports into one module for Node. The same sources give the same text.
 * @param external packages that it finds beside itself
 */
export async function bundleProgram(
  entry: URL,
  { external = [], format = "esm" }: { readonly external?: readonly string[]; readonly format?: "esm" | "cjs" } = {},
): Promise<string> {
  await using build = await rolldown({
    input: fileURLToPath(entry),
    platform: "node",
    external: [...external],
    logLevel: "silent",
  });
  const { output } = await build.generate({ format, minify: true, codeSplitting: false });
  return output[0].code;
}
