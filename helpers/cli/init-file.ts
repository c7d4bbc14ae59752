import { readFile, realpath, stat } from "node:fs/promises";
import { writeFileAtomic } from "../../reports/records/json-file.ts";
import { firstSection } from "../application/first-section.ts";
import { readApplication } from "../application/read-application.ts";
import { sectionName } from "../application/section.ts";
import { KaliumError } from "../base/errors.ts";
import type { CallResult } from "../gateway/caller.ts";
import { createClient } from "../gateway/client.ts";
import { readStackFile } from "../gateway/stack/stack-file.ts";
import { type CalledFunction, callOnce } from "../testbed/run/call-once.ts";

export interface InitOptions {
  /** That has the functions; absent: one is started. */
  readonly gateway?: string | undefined;
  readonly say: (line: string) => void;
}

/**
 * Adds a section to the stack file, which keeps every byte that it has. Resolves to what the terminal says of it.
 * @throws {KaliumError} E_CONFIG for a file with a section, E_DEPLOY, E_INVOKE; the file is as it was then
 */
export async function initFile(file: string, { gateway, say }: InitOptions): Promise<string> {
  const { deployments } = await readStackFile(file);
  const written = await readFile(file, "utf8");
  if (new RegExp(`^["']?${sectionName}["']?\\s*:`, "m").test(written)) {
    throw new KaliumError("E_CONFIG", `${file} already has a section ${sectionName}`, {
      hint: `See what it would measure: npm run plan -- --app ${file}`,
    });
  }
  const names = deployments.map(({ service }) => service);
  const draft = firstSection(
    written,
    names.map((name) => ({ name })),
  );
  const application = await readApplication(file, process.env, draft); // a mistake shows before anything is started
  const called = gateway === undefined ? await callOnce(application, say) : await callAt(gateway, names);
  const answers = called.map(({ name, result }) => ({ name, answer: answerOf(name, result) }));
  const section = firstSection(written, answers);
  await readApplication(file, process.env, section);
  const target = await realpath(file); // a link stays one
  await writeFileAtomic(target, `${written}${section}`, (await stat(target)).mode & 0o777);
  return [
    ...answers.map(({ name, answer }) => `${name}: status ${answer.status}, ${answer.body.length} characters`),
    `${file} has a section ${sectionName} with ${names.length === 1 ? "1 call" : `${names.length} calls`}.`,
    ...nextText(file, answers),
  ].join("\n");
}

/** The section keeps a first call that fails, because only the user knows what it needs. */
function nextText(
  file: string,
  answers: readonly { readonly name: string; readonly answer: { readonly status: number } }[],
): readonly string[] {
  const failed = answers.filter(({ answer }) => answer.status >= 400).map(({ name }) => name);
  const plan = `npm run plan -- --app ${file}`;
  if (failed.length === 0) return [`Next: ${plan}`];
  const each = failed.length === 1 ? "its call" : "their calls";
  return [
    `${failed.join(", ")} answered an empty request with an error. Correct ${each} in the section, or name the services that are`,
    `missing (docs/your-own.md), then: ${plan}`,
  ];
}

/** @throws {KaliumError} E_INVOKE for a function that the gateway does not have, or that gives no answer */
async function callAt(url: string, names: readonly string[]): Promise<readonly CalledFunction[]> {
  using client = createClient({ url });
  const called: CalledFunction[] = [];
  for (const name of names) {
    const result = await client.invoke(name);
    if (result.outcome === "error" && /ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ENETUNREACH/.test(result.reason ?? "")) {
      throw new KaliumError("E_INVOKE", `the gateway ${url} does not answer: ${result.reason}`, {
        hint: "Check its address, or leave --gateway out: then one is started for this.",
      });
    }
    if (result.status === 404) {
      throw new KaliumError("E_INVOKE", `${url} has no function ${name}: ${result.body.toString().slice(0, 200)}`, {
        hint: "Deploy it first: npm run deploy -- FILE, or leave --gateway out.",
      });
    }
    called.push({ name, result });
  }
  return called;
}

function answerOf(name: string, { outcome, status, body, reason = outcome }: CallResult) {
  if (outcome === "answered") return { status, body: body.toString() };
  throw new KaliumError("E_INVOKE", `${name} gave no answer to an empty request: ${reason}`, {
    hint: "Write its call by hand: docs/your-own.md",
  });
}
