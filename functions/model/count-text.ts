/** A whole number for people, its thousands apart: `1,700`. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
