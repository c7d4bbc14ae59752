/** Event strings of the sample policy's function, as guards send them. */
const eventText = (what: string, session = "s"): string => `test0:${what}:10.0.0.1:80:0:${session}:i`;

export const gete = (session?: string): string => eventText("GETE:cs.wisc.edu:POST", session);
export const sendWisc = (session?: string): string => eventText("SEND:www.wisc.edu:GET", session);
export const ende = (session?: string): string => eventText("ENDE:function:0", session);
