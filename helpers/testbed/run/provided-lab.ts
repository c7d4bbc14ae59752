import { inject } from "vitest";
import { declare } from "../../runtimes/declared.ts";
import { KaliumError } from "../../base/errors.ts";
import type { Lab } from "./lab.ts";

/**
 * The lab that global set-up started, in the measuring worker.
 * @throws {KaliumError} the reason why there is none
 */
export function providedLab(): Lab {
  const failure = inject("labFailure");
  if (failure === undefined) {
    const lab = inject("lab");
    declare(lab.config.runtimes.declared); // global set-up read the file, in another process
    return lab;
  }
  const error = new KaliumError(failure.code, failure.message);
  delete error.stack; // it would show this line, not where the reason arose
  throw error;
}
