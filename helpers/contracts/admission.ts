/**
 * Carries the guard's verdict on a call from a gateway beside the guard to the hook, which takes it off before the function
 * sees it: `<key> <request> <session> <allow|deny> <reason> <method> <path>`. It is good for that call, once.
 */
export const admissionHeader = "x-kalium-admission";

/** Call ids that name a session; any other leaves the call without one. */
export const callIdPattern = /^[\w.-]{1,128}$/;
