export function nearest(_: string, __: Iterable<string>): string | undefined {
  return undefined;
}
