/** Processes that outlive a look at them: which one it is, and whether it still lives, also across PID namespaces. */
import { readdir, readFile, readlink } from "node:fs/promises";

/** A process id alone comes round again, and means something in its own PID namespace only. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start of the process in clock ticks since boot, field 22 of /proc/<pid>/stat. Absent: any process of that id. */
  readonly startTicks?: number | undefined;
  /** Inode of its PID namespace, as `readlink /proc/self/ns/pid` has it in brackets. Absent: ours. */
  readonly namespace?: string | undefined;
}

/** The machine's own PID namespace (the kernel's PROC_PID_INIT_INO): its /proc shows the processes of all others. */
const outermost = "4026531836";

/** `self`, because /proc may be that of another PID namespace, in which our own id is somebody else's. */
export const ownIdentity = async (): Promise<Required<ProcessIdentity>> => ({
  pid: process.pid,
  startTicks: await startTicksOf("self"),
  namespace: await namespaceOf("self"),
});

/**
 * Whether it lives. One of a namespace around ours cannot be seen: it may live, and so it does, for clean-ups must not
 * touch it.
 */
export async function lives({ pid, startTicks, namespace: given }: ProcessIdentity): Promise<boolean> {
  const own = await namespaceOf("self");
  const namespace = given ?? own;
  const candidates = namespace === own && (await showsOwnIds()) ? [String(pid)] : await seenIn(namespace, pid);
  if (candidates.length === 0) return namespace !== own && own !== outermost;
  const starts = await Promise.all(candidates.map(startTicksOf));
  return starts.some((ticks) => ticks !== undefined && (startTicks === undefined || ticks === startTicks));
}

/**
 * When a living process started, in clock ticks since boot. One that was killed stays in /proc until its parent collects
 * it, which the first process of a container may never do: it does not live.
 */
export async function startTicksOf(pid: number | string): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The second field is the program's name in brackets, which may itself hold spaces and brackets.
  const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields[18];
  return ticks === undefined || "ZX".includes(state) ? undefined : Number(ticks);
}

const namespaceOf = async (pid: string): Promise<string> =>
  (await readlink(`/proc/${pid}/ns/pid`).catch(() => "")).replace(/\D/g, "");

const showsOwnIds = async (): Promise<boolean> =>
  (await readlink("/proc/self").catch(() => "")) === String(process.pid);

/** The ids here of processes that are `pid` in that namespace. */
async function seenIn(namespace: string, pid: number): Promise<readonly string[]> {
  const ids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    ids.map(async (id) => {
      if ((await namespaceOf(id)) !== namespace) return false;
      const status = await readFile(`/proc/${id}/status`, "utf8").catch(() => "");
      return /^NSpid:.*\s(\d+)$/m.exec(status)?.[1] === String(pid);
    }),
  );
  return ids.filter((_, index) => found[index]);
}
