/** A call of an application file as a measured function: its request, its check, and what a record keeps of it. */
import { createHash } from "node:crypto";
import type { ApplicationRecord } from "../../reports/records/application-record.ts";
import type { CallPlace, MeasuredFunction } from "../contracts/application.ts";
import { answerProblem } from "./answer-check.ts";
import type { SectionCall } from "./section-schema.ts";
import { fillTemplate } from "./template.ts";

export interface CallOf {
  readonly application: string;
  readonly label: string;
  readonly call: SectionCall;
  /** Content of the file that the call names. */
  readonly bytes?: Buffer | undefined;
}

export function measuredCall({ application, label, call, bytes }: CallOf): MeasuredFunction<never> {
  const { function: entry, callees, path, method, template, expect } = call;
  const fixed = bytes ?? fixedBody(call);
  const headers = requestHeaders(call, fixed);
  const bodyAt = (imageUrl: string, at: CallPlace): string | Uint8Array =>
    template === undefined ? (fixed ?? "") : fillTemplate(template, { ...at, label, imageUrl });
  return {
    label,
    starred: false,
    key: label,
    flow: application,
    entry,
    callees,
    needs: [],
    path,
    input: ({ imageUrl }) => Buffer.from(bodyAt(imageUrl, { seed: 0, block: 0, iteration: 0 })).toString(),
    request: ({ imageUrl }, at) => ({ method, headers, body: bodyAt(imageUrl, at) }),
    check: (answer) => answerProblem(expect, answer),
  };
}

/** Without what may be a secret: headers by name, the query left out, bodies as digests. */
export function recordedCall({ label, call, bytes }: CallOf): ApplicationRecord["calls"][number] {
  const body = call.template ?? bytes ?? fixedBody(call);
  return {
    label,
    function: call.function,
    ...(call.callees.length > 0 && { callees: call.callees }),
    method: call.method,
    path: call.path.replace(/\?.*/s, "?..."),
    headers: Object.keys(call.headers),
    ...(body !== undefined && { body: { kind: kindOf(call), sha256: digest(body) } }),
    expect: digest(JSON.stringify(call.expect)),
  };
}

const fixedBody = ({ body, json }: SectionCall): string | undefined =>
  json === undefined ? body : JSON.stringify(json);

function kindOf({ json, file, template }: SectionCall): "text" | "json" | "file" | "template" {
  if (template !== undefined) return "template";
  return json !== undefined ? "json" : file !== undefined ? "file" : "text";
}

/** JSON says so itself, as a template that begins like it; anything else is text, and a file is bytes. */
function requestHeaders(call: SectionCall, fixed: string | Buffer | undefined): Readonly<Record<string, string>> {
  const named = Object.keys(call.headers).some((name) => name.toLowerCase() === "content-type");
  const isJson = call.json !== undefined || /^\s*[[{]/.test(call.template ?? "");
  const empty = fixed === undefined && call.template === undefined;
  if (named || empty) return call.headers;
  const type = isJson ? "application/json" : call.file === undefined ? "text/plain" : "application/octet-stream";
  return { ...call.headers, "content-type": type };
}

const digest = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");
