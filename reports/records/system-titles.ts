/** Titles of systems that records bring along, from the user's file of runtimes. */
const titles = new Map<string, string>();

/** To be called for each record that is read. Where two runs give one name two titles, the one read last counts. */
export function learnTitles(systems: readonly { readonly name: string; readonly title?: string | undefined }[]): void {
  for (const { name, title } of systems) if (title !== undefined) titles.set(name, title);
}

export const recordedTitle = (name: string): string | undefined => titles.get(name);

/** Systems of which an instance did not prove its runtime, in some record that was read. */
const unproven = new Set<string>();

/** To be called for each record that is read: what has these proofs is marked wherever its title stands. */
export function learnUnproven(
  proofs: readonly { readonly system: string; readonly unproven?: string | undefined }[],
): void {
  for (const proof of proofs) if (proof.unproven !== undefined) unproven.add(proof.system);
}

export const unprovenMark = (name: string): string => (unproven.has(name) ? " (runtime not proven)" : "");
