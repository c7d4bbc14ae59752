import type { Variant } from "../contracts/application.ts";

/** Account under which the artifact's images were published, all as `latest`. */
const account = "dsirone";

/** Where the published name differs from the function's. */
const published: Readonly<Record<string, string>> = {
  "product-purchase-1-authenticate": "product-purchase-1authenticate",
  "product-purchase-authorize-cc": "product-purchase-3-authorize-cc",
};

/** The microbenchmark's image has one name on both branches. */
const withoutPrefix: ReadonlySet<string> = new Set(["product-photos-1-microbench"]);

/**
 * Name of the image that the artifact published for a function, as the stack files of its gVisor branch have it;
 * `undefined` for what it does not have.
 */
export function artifactImage(variant: Variant, functionName: string): string | undefined {
  if (!functionName.startsWith("product-") || variant === "trapeze-as-shipped") return undefined;
  const name = published[functionName] ?? functionName;
  if (variant !== "vanilla") return `${account}/${variant}-${name}:latest`;
  return `${account}/${withoutPrefix.has(functionName) ? "" : "gvisor-"}${name}:latest`;
}
