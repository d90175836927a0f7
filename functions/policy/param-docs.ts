import { docs, type FieldDocs, type ValueDocs } from '../model/field-docs.ts';

/** A storage param as editors show it. */
export type ParamDocs = { readonly docs: FieldDocs; readonly example: string };

/** Every param that some storage takes; `module` has words of its own. */
export const PARAM_DOCS: Readonly<Record<string, ParamDocs>> = {
  folderId: param(
    'folderId',
    "The folder's number (Documents), or its text (ThirdPartyDocuments): open the folder in the portal, it stands in the address. Another in each portal.",
    '1234',
  ),
  filePath: param(
    'filePath',
    "A folder on the server's own disk. {portal} stands for the portal's name.",
    '/var/backups/{portal}',
  ),
  bucket: param(
    'bucket',
    "The bucket's name alone, without s3:// and folders. A deployment must allow it as a destination.",
    'acme-backups',
  ),
  region: param('region', "The region's code.", 'eu-west-1'),
  serviceurl: param(
    'serviceurl',
    "The https address of a service that speaks S3 and is not AWS's own. Another destination to a deployment.",
    'https://minio.acme.com',
  ),
  forcepathstyle: param(
    'forcepathstyle',
    'true puts the bucket into the path of addresses, not into the host. Default: false.',
    'true',
  ),
  usehttp: param('usehttp', 'true talks to the storage over plain http. Default: false.', 'false'),
  sse: param('sse', 'Encryption on the side of the storage. Default: none.', 'aes256'),
  ssekey: param(
    'ssekey',
    'The id of the KMS key for sse awskms or clientawskms. No secret.',
    '1234abcd-12ab-34cd-56ef-1234567890ab',
  ),
  subdir: param('subdir', "A folder in the bucket. {portal} stands for the portal's name.", '{portal}'),
  public_container: param(
    'public_container',
    "Rackspace's container for what anybody may read.",
    'acme-public',
  ),
  private_container: param('private_container', "Rackspace's container for backups.", 'acme-backups'),
};

export const MODULE_DOCS: FieldDocs = docs(
  'module',
  "The storage module of a ThirdPartyConsumer. The portal must have credentials for it, in its own storage settings. In any case; it goes out as the server's own text.",
  'module: s3',
);

export const MODULE_VALUES: ValueDocs = {
  s3: 'Amazon S3, or a service that speaks it. Needs bucket; takes region, serviceurl, forcepathstyle, usehttp, sse, ssekey, subdir.',
  googlecloud: 'Google Cloud Storage. Takes bucket and subdir.',
  rackspace: 'Rackspace Cloud Files. Takes public_container, private_container, region and subdir.',
};

export const SSE_DOCS: ValueDocs = {
  none: 'No encryption asked for: what the bucket does by itself.',
  aes256: "Encrypted with S3's own keys.",
  awskms: 'A KMS key of AWS, ssekey.',
  clientawskms: 'Encrypted by the server before it is sent, with the KMS key ssekey.',
};

// --- internal ---

function param(name: string, text: string, value: string): ParamDocs {
  // A value that begins with a brace would be a map.
  const example = value.includes('{') ? `"${value}"` : value;
  return { docs: docs(name, text, `${name}: ${example}`), example };
}
