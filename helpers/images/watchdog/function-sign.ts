import { getOnce, type Connect, type Endpoint } from "../../gateway/readiness.ts";

/** Whether the function has answered once. */
export interface FunctionSign {
  readonly isThere: () => boolean;
  /** Asks the function, unless it has answered before. Never rejects. */
  readonly ask: () => Promise<boolean>;
  /** A call was answered with this status. */
  readonly seen: (status: number) => void;
}

export interface FunctionSignOptions {
  /** Aborts when the function is gone. */
  readonly signal: AbortSignal;
  readonly connect?: Connect | undefined;
}

/**
 * The function is asked when somebody wants to know, and not on the watchdog's own account: both may share a thread, and
 * each question takes from the start what the first call waits for.
 */
export function awaitFunctionSign(
  target: Endpoint,
  path: string,
  { signal, connect }: FunctionSignOptions,
): FunctionSign {
  let isThere = false;
  let asking: Promise<boolean> | undefined;
  const seen = (status: number): void => {
    isThere ||= status < 500;
  };
  const askOnce = async (): Promise<boolean> => {
    try {
      seen((await getOnce(target, path, signal, connect)).status);
    } catch {
      // It does not listen yet: who wants to know asks again.
    }
    asking = undefined;
    return isThere;
  };
  return {
    isThere: () => isThere,
    ask: () => (isThere ? Promise.resolve(true) : (asking ??= askOnce())),
    seen,
  };
}
