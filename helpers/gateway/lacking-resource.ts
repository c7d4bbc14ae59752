/** What the machine refuses to those who start instances, by the code that Node ends or begins its message with. */
const resources: Readonly<Record<string, string>> = {
  EAGAIN: "processes",
  ENOMEM: "memory",
  EMFILE: "file descriptors",
  ENFILE: "file descriptors",
  ENOSPC: "disk space",
  EDQUOT: "disk space",
};

/** @param reason why an instance did not start, such as `spawn ip EAGAIN`; what the function itself prints is none */
export function lackingResource(reason: string): string | undefined {
  const [, spawned, asked] = /^(?:spawn \S+ (E[A-Z]+)$|(E[A-Z]+): )/.exec(reason) ?? [];
  const code = spawned ?? asked;
  return code === undefined || !Object.hasOwn(resources, code) ? undefined : resources[code];
}
