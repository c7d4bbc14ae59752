/** Who started Vitest in this process. A command of ours says itself what was not measured, with the words that were typed. */
export const startedBy: { command: boolean } = { command: false };
