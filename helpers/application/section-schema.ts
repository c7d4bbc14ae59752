/** The section `kalium-bench` of an application file: what its author writes. docs/your-own.md explains each key. */
import { METHODS, validateHeaderValue } from "node:http";
import { z } from "zod";

const text = (expected: string) => z.string({ error: expected });

/** A label is a part of file names in results, and of the pattern that selects its test. */
const label = z.string().regex(/^[A-Za-z0-9][\w.-]{0,79}$/, "a name of up to 80 letters, digits, _, . and -");
const file = text("the path of a file, seen from this file").min(1, "the path of a file, seen from this file");
const status = z.int({ error: "an HTTP status" }).min(100, "an HTTP status").max(599, "an HTTP status");

/** CONNECT asks for a tunnel, not for an answer. */
const known = METHODS.filter((name) => name !== "CONNECT");
const method = text("an HTTP method").refine((name) => known.includes(name), "an HTTP method in capitals, such as GET");

/** These belong to the connection; with other values the call would be another one, or none. */
const ofConnection = ["connection", "content-length", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];
const headers = z.record(
  z
    .string()
    .regex(/^[\w!#$%&'*+.^`|~-]+$/, "the name of a header")
    .refine((name) => !ofConnection.includes(name.toLowerCase()), "a header that the connection does not set itself"),
  text("text; put it in quotes").refine(isHeaderValue, "text without line breaks and control characters"),
);

const answer = z
  .strictObject({
    method: method.optional(),
    path: text("a path that begins with /").startsWith("/", "a path that begins with /").optional(),
    status: status.default(200),
    headers: headers.default({}),
    body: text("text").optional(),
    json: z.json().optional(),
  })
  .refine(({ body, json }) => body === undefined || json === undefined, "body and json exclude each other");

const bodies = ["body", "json", "file", "template"] as const;

const expectation = z.strictObject({
  status: status.default(200),
  /** What the answer must hold at least. */
  json: z.json().optional(),
  /** The whole answer. */
  body: text("text").optional(),
  /** A regular expression that must match somewhere. */
  matches: text("a regular expression").refine(isPattern, "a regular expression of JavaScript").optional(),
  sha256: text("a SHA-256 in hexadecimal")
    .regex(/^[\da-f]{64}$/, "a SHA-256 in hexadecimal, 64 digits")
    .optional(),
});

const call = z
  .strictObject({
    function: text("the name of a function of the stack file"),
    /** Functions that it calls: deployed with it. */
    callees: z.array(text("the name of a function of the stack file"), { error: "a list of functions" }).default([]),
    path: text("a path that begins with / or ?")
      .regex(/^[/?][^\s#]*$/, "a path that begins with / or ?, without spaces and #")
      .refine((path) => !leavesFunction(path), "a path without the parts . and .., which would leave the function")
      .default(""),
    method: method.default("POST"),
    headers: headers.default({}),
    body: text("text; for JSON use the key json").optional(),
    json: z.json().optional(),
    file: file.optional(),
    template: text("text with {{...}}").optional(),
    expect: expectation.prefault({}),
  })
  .superRefine((given, context) => {
    const set = bodies.filter((name) => given[name] !== undefined);
    if (set.length > 1) context.addIssue(`${set.join(" and ")} exclude each other`);
  });

const nothing = z.strictObject({}).nullable();

export const sectionSchema = z.strictObject({
  name: label.optional(),
  /** The stack file, where this file is not one. */
  stack: file.optional(),
  services: z
    .strictObject({
      mysql: z.strictObject({ dump: file.optional() }).nullable().optional(),
      "image-server": z.strictObject({ picture: file.optional() }).nullable().optional(),
      "mail-sink": nothing.optional(),
      http: z
        .record(
          z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, "a name of a-z, 0-9 and -"),
          z.array(answer, { error: "a list of answers" }).min(1, "at least one answer"),
        )
        .optional(),
    })
    .nullable()
    .optional(),
  /** Of the guard, for functions of ours. */
  policy: file.optional(),
  calls: z
    .record(label, call, { error: "a map of measured calls, by label" })
    .refine((calls) => Object.keys(calls).length > 0, "at least one measured call"),
});

export type ApplicationSection = z.infer<typeof sectionSchema>;
export type SectionCall = ApplicationSection["calls"][string];
export type StubAnswer = z.infer<typeof answer>;

/** Every key of the section, for a guess at what was meant. */
export const sectionKeys: readonly string[] = [
  ...["name", "stack", "services", "policy", "calls", "mysql", "dump", "image-server", "picture", "mail-sink", "http"],
  ...["function", "callees", "path", "method", "headers", ...bodies, "expect", "status", "matches", "sha256"],
];

/** URLs resolve these parts before the call, written as they are or in hexadecimal. */
const leavesFunction = (path: string): boolean =>
  (path.split("?")[0] ?? "").split(/[/\\]/).some((part) => /^(\.|%2e){1,2}$/i.test(part));

function isHeaderValue(value: string): boolean {
  try {
    validateHeaderValue("x", value);
    return true;
  } catch {
    return false;
  }
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, "su") instanceof RegExp;
  } catch {
    return false;
  }
}
