import { createHash } from "node:crypto";
import packageJson from "../../package.json" with { type: "json" };

/** Of the provider in `/system/info`: not OpenFaaS' own, so that clients can tell. */
export const providerName = "kalium-bench";
export const { version } = packageJson;
/** Value of `X-Served-By`. */
export const servedBy = `${providerName}/${version}`;
/** In `/system/info`, where tools that certify providers want one: of package.json, because an image knows no commit. */
export const sha = createHash("sha256").update(JSON.stringify(packageJson)).digest("hex").slice(0, 40);
