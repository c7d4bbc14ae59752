import { open } from "node:fs/promises";

const registration = /\[SendHostnameGuard\] (?:(Received reply)|(Error .*))/;

/**
 * Says why a guarded sandbox's log does not show that its function was registered: without that the artifact's guard
 * takes the first request for the registration, and has no policy.
 */
export async function registrationProblem(bootLog: string): Promise<string | undefined> {
  await using file = await open(bootLog);
  for await (const line of file.readLines()) {
    const [, received, failure] = registration.exec(line) ?? [];
    if (received !== undefined) return undefined;
    if (failure !== undefined) return `could not register it: ${failure}`;
  }
  return "never registered it";
}
