import { rolldown } from "rolldown";
import { leanBundle } from "../../fixtures/hello-retail/host/lean-bundle.ts";
import type { BundleSource } from "../contracts/application.ts";

/** Bundles a source into the text of one CommonJS file. */
export type Bundler = (source: BundleSource) => Promise<string>;

const entryId = "\0entry";

/** Bundles equal sources once: images share their hosts' and agents' parts, and variants their functions. */
export function createBundler(): Bundler {
  const bundled = new Map<string, Promise<string>>();
  return (source) => {
    const key = JSON.stringify(source);
    const known = bundled.get(key) ?? bundle(source);
    bundled.set(key, known);
    return known;
  };
}

async function bundle({ code, replace = {}, external = [] }: BundleSource): Promise<string> {
  await using build = await rolldown({
    input: entryId,
    platform: "node",
    logLevel: "silent",
    external: [...external],
    plugins: [
      leanBundle,
      {
        name: "entry",
        resolveId: (id) => (id === entryId ? entryId : null),
        load: (id) => (id === entryId ? { code, moduleType: "ts" } : null),
      },
      {
        name: "replace",
        resolveId: {
          order: "pre",
          async handler(specifier, importer, options) {
            const found = await this.resolve(specifier, importer, { ...options, skipSelf: true });
            return found === null ? null : (replace[found.id] ?? found);
          },
        },
      },
    ],
  });
  const { output } = await build.generate({ format: "cjs", minify: true, codeSplitting: false });
  return output[0].code;
}
