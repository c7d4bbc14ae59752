import { KaliumError } from "../base/errors.ts";

/** An error that the REST API answers with this status and the message as plain text. */
export const refusal = (status: number, message: string, hint?: string): KaliumError =>
  new KaliumError("E_DEPLOY", message, { details: { status }, ...(hint !== undefined && { hint }) });

/** The status of a refusal; 500 for any other error. */
export function statusOf(error: unknown): number {
  const status = error instanceof KaliumError ? error.details["status"] : undefined;
  return typeof status === "number" ? status : 500;
}
