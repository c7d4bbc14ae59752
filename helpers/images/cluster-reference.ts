import type { Variant } from "../contracts.ts";
import type { FunctionImage } from "./build-images.ts";

/**
 * The same image as nodes of a cluster know it: `kalium-bench/<variant>-<function>:<start of its digest>`. A node that has
 * images of another checkout has not this one, and says so.
 */
export const clusterReference = (
  variant: Variant,
  functionName: string,
  { digest }: Pick<FunctionImage, "digest">,
): string => `kalium-bench/${variant}-${functionName}:${digest.replace("sha256:", "").slice(0, 12)}`;
