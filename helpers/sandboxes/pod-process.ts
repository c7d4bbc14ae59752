import type { AttachedProcess } from "./attached-process.ts";

/** The two processes of a pod as one: it ends when either does, and killing it kills both. */
export function attachBoth(pause: AttachedProcess, own: AttachedProcess): AttachedProcess {
  const kill: AttachedProcess["kill"] = (signal) => {
    own.kill(signal);
    pause.kill(signal);
  };
  const first = Promise.race([own.exited, pause.exited]);
  const exited = first.then(async (exit) => {
    kill("SIGKILL");
    await Promise.all([own.exited, pause.exited]); // all lines of both are delivered
    return exit;
  });
  return {
    pid: own.pid,
    exited,
    running: () => own.running() && pause.running(),
    lastWords: () => [...pause.lastWords(), ...own.lastWords()],
    kill,
  };
}
