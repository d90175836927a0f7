/**
 * A type whose members are filled in one after the other. So is made what is made for each portal: where one object is
 * spread into another, V8 makes a class of its own for each.
 */
export type Writable<T> = { -readonly [Member in keyof T]: T[Member] };
