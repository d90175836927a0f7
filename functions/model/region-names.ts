/** The region of AWS that somebody means by `EU (Ireland)`, as a console writes it, by `EU-West-1` or by `eu-west1`. */
export function regionMeantBy(value: string): string | undefined {
  const place = /\(([^()]+)\)\s*$/.exec(value)?.[1] ?? value;
  const plain = value.trim().toLowerCase().replaceAll('_', '-').replace(DASHLESS_REGION, '$1-$2');
  return REGIONS.get(place.trim().toLowerCase()) ?? (REGION.test(plain) ? plain : undefined);
}

/** Whether it is a region of AWS but for a dash: `eu-west1` is Google's way, and to AWS there is no such region. */
export function lacksDash(region: string): boolean {
  return DASHLESS_REGION.test(region);
}

/** `eu-west1`: what stands before the missing dash, and after it. */
export const DASHLESS_REGION = /^((?:us|eu|ap|sa|ca|af|me|il|mx)-(?:gov-)?[a-z]+)(\d)$/;

// --- internal ---

/** As AWS makes them. */
const REGION = /^[a-z]{2,4}(?:-[a-z]+){1,2}-\d{1,2}$/;

/** Names that AWS's console shows, by what stands in their brackets. */
const REGIONS: ReadonlyMap<string, string> = new Map([
  ['n. virginia', 'us-east-1'],
  ['ohio', 'us-east-2'],
  ['n. california', 'us-west-1'],
  ['oregon', 'us-west-2'],
  ['ireland', 'eu-west-1'],
  ['london', 'eu-west-2'],
  ['paris', 'eu-west-3'],
  ['frankfurt', 'eu-central-1'],
  ['zurich', 'eu-central-2'],
  ['stockholm', 'eu-north-1'],
  ['milan', 'eu-south-1'],
  ['spain', 'eu-south-2'],
  ['central', 'ca-central-1'],
  ['tokyo', 'ap-northeast-1'],
  ['seoul', 'ap-northeast-2'],
  ['osaka', 'ap-northeast-3'],
  ['singapore', 'ap-southeast-1'],
  ['sydney', 'ap-southeast-2'],
  ['mumbai', 'ap-south-1'],
  ['hong kong', 'ap-east-1'],
  ['são paulo', 'sa-east-1'],
  ['sao paulo', 'sa-east-1'],
  ['cape town', 'af-south-1'],
]);
