/** A function of the application's host without application: what remains of a call to it is the way there and back. */
export default function empty(): string {
  return "";
}
