/** A policy over these portals, to S3, with so many copies kept. */
export function policyText(portals: readonly string[], backupsStored = 7): string {
  return [
    'version: 1',
    'defaults:',
    '  storageType: ThirdPartyConsumer',
    '  storageParams: { module: s3, bucket: acme-backups, subdir: "{portal}" }',
    `  backupsStored: ${backupsStored}`,
    '  cronParams: { period: EveryDay, hour: 0 }',
    'portals:',
    ...portals.map((portal) => `  ${portal}:`),
    '',
  ].join('\n');
}
