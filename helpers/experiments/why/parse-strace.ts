/** What strace says (`-f -yy -Y -T -ttt -s 0`), as calls of processes with their times. Pure. */
import type { CallTarget } from "../../../reports/records/call-count-record.ts";

export interface TracedCall {
  readonly pid: number;
  /** Name of the thread, as the kernel has it: up to 15 characters. */
  readonly thread: string;
  /** The kernel's name; of a futex what it did: `futex-wake`, `futex-wait`. */
  readonly call: string;
  readonly on: CallTarget | undefined;
  /** On the wall clock, s since 1970. */
  readonly startS: number;
  /** Absent: it had not returned when the trace ended. */
  readonly endS: number | undefined;
}

/** `123<MainThread> 1796010273.146443 accept4(22<TCP:[...]>, ...) = 23 <0.000276>` */
const line = /^(\d+)(?:<(.*?)>)? +(\d+\.\d+) (.*)$/;
const resumed = /^<\.\.\. (\w+) resumed>(.*)$/;
const unfinished = / <unfinished \.\.\.>$/;
const head = /^(\w+)\((.*)$/;

/** In the order in which they began. Lines about signals and exits are none. */
export function parseTrace(text: string): readonly TracedCall[] {
  const calls: TracedCall[] = [];
  const open = new Map<string, { readonly text: string; readonly startS: number; readonly at: number }>();
  for (const each of text.split("\n")) {
    const [, pid = "", thread = "", time = "", words = ""] = line.exec(each) ?? [];
    const atS = Number(time);
    if (words === "") continue;
    const rest = resumed.exec(words)?.[2];
    const begun = open.get(pid);
    if (rest !== undefined && begun !== undefined) {
      open.delete(pid);
      calls[begun.at] = callOf(begun.text + rest, { pid, thread, startS: begun.startS, endS: atS });
    } else if (rest === undefined && head.test(words)) {
      const cut = unfinished.test(words);
      const whole = words.replace(unfinished, "");
      if (cut) open.set(pid, { text: whole, startS: atS, at: calls.length });
      const tookS = Number(/<(\d+\.\d+)>$/.exec(words)?.[1] ?? NaN);
      const endS = cut || Number.isNaN(tookS) ? undefined : atS + tookS;
      calls.push(callOf(whole, { pid, thread, startS: atS, endS }));
    }
  }
  return calls;
}

function callOf(
  text: string,
  { pid, ...times }: Pick<TracedCall, "thread" | "startS" | "endS"> & { readonly pid: string },
): TracedCall {
  const [, name = "", words = ""] = head.exec(text) ?? [];
  const answer = Number(/\) += (-?\d+)/.exec(words)?.[1] ?? NaN);
  return {
    pid: Number(pid),
    call: name === "futex" ? futexCall(words, answer) : name,
    on: targetOf(name, words),
    ...times,
  };
}

/** By its arguments and its answer. One that woke nobody, or that did not have to sleep, is a call like others. */
export function futexCall(words: string, answer: number): string {
  if (words.includes("FUTEX_WAKE") && answer > 0) return "futex-wake";
  return words.includes("FUTEX_WAIT") && answer === 0 ? "futex-wait" : "futex";
}

const descriptor = /^(\d+)<(.*?)>(?:[,)]|$| )/;

/** Of the first argument, if it is a file descriptor. */
function targetOf(name: string, words: string): CallTarget | undefined {
  const [, fd = "", what = ""] = descriptor.exec(words) ?? [];
  if (/^TCP(v6)?:/.test(what)) {
    const address = name === "connect" ? /inet_(?:addr|pton)\((?:AF_INET6, )?"([^"]*)"/.exec(words)?.[1] : undefined;
    return (address === undefined ? bothEndsInside(what) : isLoopback(address)) ? "tcp-inside" : "tcp-outside";
  }
  if (/^UDP/.test(what)) return "udp";
  if (/^UNIX/.test(what)) return ["1", "2"].includes(fd) ? "pipe" : "unix"; // the gateway made both ends: a pipe in use
  if (/^NETLINK/.test(what)) return "netlink";
  if (/^(pipe:|FIFO)/.test(what)) return "pipe";
  if (/^(anon_inode:)/.test(what)) return "event";
  return what.startsWith("/") ? "file" : undefined;
}

/** `TCP:[127.0.0.1:3000->127.0.0.1:43892]`: both addresses are loopback's, or the same. */
function bothEndsInside(what: string): boolean {
  const [, ends = ""] = /\[(.*)\]/.exec(what) ?? [];
  const [local = "", remote] = ends
    .split("->")
    .map((end) => end.replace(/:\d+$/, "").replace(/^\[(?:::ffff:)?|\]$/g, ""));
  return remote === undefined ? isLoopback(local) : local === remote;
}

const isLoopback = (address: string): boolean => /^(::ffff:)?127\.|^::1$/.test(address);
