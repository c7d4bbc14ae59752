import packageJson from "../../package.json" with { type: "json" };

/** Of the provider in `/system/info`: not OpenFaaS' own, so that clients can tell. */
export const providerName = "kalium-bench";
export const { version } = packageJson;
/** Value of `X-Served-By`. */
export const servedBy = `${providerName}/${version}`;
