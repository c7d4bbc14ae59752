/**
 * Pipes of the kernel for what a function prints, as containerd gives them. Node's own for children are pairs of sockets,
 * which are full after some 270 short lines, however short: a function that prints more would wait, or its lines would.
 */
import { once } from "node:events";
import { closeSync, constants, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { KaliumError } from "../base/errors.ts";
import { createOutputLines } from "../base/lines.ts";
import { runCommand } from "./run-command.ts";

/**
 * Functions print dozens of lines per call. To read each as it comes would take more of the processors that the measured
 * call needs than the call itself, so lines gather in the pipe.
 */
const gatherMs = 20;
/** What a pipe of Linux holds: beyond, the writer waits. */
const pipeBytes = 65_536;
const makeTimeoutMs = 60_000;

export interface OutputPipe {
  /** For the child. To be closed here when the child has its own: the end comes after the last writer's. */
  readonly writer: number;
  closeWriter(): void;
  /** Settles after the last line; never rejects. */
  readonly ended: Promise<unknown>;
}

/** Names of the pipes of an instance, which are in its folder until they are open. */
export type OutputNames = readonly [stdout: string, stderr: string];

/**
 * Another process makes them, so do it while something else is waited for.
 * @param directory private to the instance
 * @throws {KaliumError} E_SANDBOX
 */
export async function makeOutputPipes(directory: string): Promise<OutputNames> {
  const paths = [join(directory, "output-0"), join(directory, "output-1")] as const;
  // Some programs open /dev/stdout, whoever they run as; by name only the owner of the folder finds the pipe.
  const { code, stderr } = await runCommand(["mkfifo", "-m", "666", ...paths], { timeoutMs: makeTimeoutMs });
  if (code !== 0) throw new KaliumError("E_SANDBOX", `the pipes of an instance were not made: ${stderr.trim()}`);
  return paths;
}

/** Opens a pipe, whose name goes away. @param onLine gets whole lines */
export function openOutputPipe(path: string, onLine: (line: string) => void): OutputPipe {
  // First the reading end, which waits for no writer this way; then the writing end has a reader to wait for.
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  rmSync(path);
  const lines = createOutputLines(onLine);
  const socket: Socket = new Socket({
    ...{ fd: reader, readable: true, writable: false },
    onread: {
      buffer: Buffer.alloc(pipeBytes),
      callback: (bytes, chunk) => {
        lines.write(Buffer.from(chunk.subarray(0, bytes))); // the next read writes over it
        if (bytes === pipeBytes) return true; // more is waiting, and the function with it
        setTimeout(() => socket.resume(), gatherMs);
        return false;
      },
    },
  });
  socket.resume();
  const ended = once(socket, "close").then(
    () => lines.end(),
    () => lines.end(),
  );
  return { writer, ended, closeWriter: () => closeSync(writer) };
}
