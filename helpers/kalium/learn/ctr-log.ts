import { type GuardEvent, decodeEvent } from "../core/event.ts";
import type { Normalisation } from "../core/normalise.ts";
import { decodeArtifactUrl } from "./artifact-url.ts";

export interface CtrLogLine {
  readonly event?: GuardEvent;
  /** Why a line that reports an event has none. */
  readonly problem?: string;
}

/**
 * A line of the log that the artifact's `ctr` writes: its `event` lines are the only place where the artifact names URL
 * and method. Lines of concurrent threads may be torn; such a line is a problem, all others are empty.
 */
export function readCtrLogLine(line: string, normalisation: Normalisation): CtrLogLine {
  const [, text] = /^\d\d:\d\d:\d\d [A-Z]+ +ctr\.c:\d+: event (.*?)\r?$/.exec(line.replace(colours, "")) ?? [];
  if (text === undefined) return {};
  const decoded = decodeEvent(text);
  if (!decoded.ok) return { problem: decoded.problem };
  const { url, method = decoded.event.method } = decodeArtifactUrl(decoded.event.url, normalisation);
  return { event: { ...decoded.event, url, method } };
}

/** `ctr` colours its log on a terminal. */
const colours = /\x1b\[[0-9;]*m/g;
