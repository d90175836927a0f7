import { DAY, MINUTE } from './durations.ts';

/** When all of a week is told at once, in UTC. */
export type DigestTime = {
  /** 0 is Sunday. */
  readonly weekday: number;
  /** Since midnight. */
  readonly minutes: number;
};

/** Reads `Monday 08:00`; `undefined` where it is none. */
export function parseDigestTime(text: string): DigestTime | undefined {
  const [, day = '', hours, minutes] = /^([A-Z][a-z]+day) ([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  const weekday = WEEKDAYS.indexOf(day);
  return weekday < 0 ? undefined : { weekday, minutes: Number(hours) * 60 + Number(minutes) };
}

/** The last such time that is not after `now`. */
export function lastDigestTime({ weekday, minutes }: DigestTime, now: Date): Date {
  const midnight = Math.floor(now.getTime() / DAY) * DAY;
  const days = (now.getUTCDay() - weekday + 7) % 7;
  const time = midnight - days * DAY + minutes * MINUTE;
  return new Date(time <= now.getTime() ? time : time - 7 * DAY);
}

// --- internal ---

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
