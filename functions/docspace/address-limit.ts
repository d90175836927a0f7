/**
 * How many connections one server address gets at once. Many portals may stand behind it, and only their answers tell
 * when they are too many: so it begins with some, has more while answers come as fast as the fastest did, and fewer when
 * most of them come much later, or are refusals for too many requests.
 */
export class AddressLimit {
  readonly #most: number;
  #now: number;
  #fastest = Number.POSITIVE_INFINITY;
  #answers = 0;
  #slow = 0;

  constructor(most: number) {
    this.#most = most;
    this.#now = Math.min(FIRST, most);
  }

  get now(): number {
    return this.#now;
  }

  /**
   * A first answer on a connection has come.
   * @param ms from the connection's beginning
   * @param isRefusal whether it asks for fewer requests
   * @param open connections to the address at that time
   */
  answered(ms: number, isRefusal: boolean, open: number): void {
    if (!isRefusal) this.#fastest = Math.min(this.#fastest, ms);
    this.#answers++;
    if (isRefusal || ms > this.#fastest * MUCH_LATER + SOME_LATER_MS) this.#slow++;
    if (this.#answers < Math.max(FEWEST_ANSWERS, this.#now / 2)) return;
    if (this.#slow * 2 > this.#answers) {
      this.#now = Math.max(Math.min(LEAST, this.#most), Math.floor(this.#now * 0.75));
    } else if (open >= this.#now * 0.75) {
      this.#now = Math.min(this.#most, this.#now + Math.ceil(this.#now / 8));
    }
    this.#answers = 0;
    this.#slow = 0;
  }
}

// --- internal ---

const FIRST = 64;
/** A server that is slow for other reasons must not make a run endless. */
const LEAST = 16;
const FEWEST_ANSWERS = 8;
const MUCH_LATER = 3;
/** Our own loop may come that late to an answer. Milliseconds. */
const SOME_LATER_MS = 250;
