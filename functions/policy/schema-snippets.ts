import type { JsonSchema } from '../model/field-docs.ts';

/** A storage with all that it needs: in defaults, in a profile, under a portal. */
export function storageSnippets(): readonly JsonSchema[] {
  return STORAGES.map(({ name, text, body }) => ({
    label: `storage: ${name}`,
    markdownDescription: text,
    body,
  }));
}

/** What a type needs, where the type stands there already. */
export function paramsSnippets(type: string): readonly JsonSchema[] {
  return STORAGES.filter(({ body }) => body.storageType === type && body.storageParams !== undefined).map(
    ({ name, text, body }) => ({ label: name, markdownDescription: text, body: body.storageParams }),
  );
}

/** A whole policy for each storage, for an empty file. */
export function policySnippets(): readonly JsonSchema[] {
  return STORAGES.map(({ name, text, body }) => ({
    label: `policy: ${name}`,
    markdownDescription: `A policy of nightly backups. ${text}`,
    body: {
      version: 1,
      description: 'nightly backups',
      defaults: {
        ...body,
        backupsStored: slot(8, '7'),
        cronParams: { period: 'EveryDay', hour: slot(9, '3') },
      },
      portals: { [slot(10, 'acme')]: {} },
    },
  }));
}

export function cronSnippets(): readonly JsonSchema[] {
  return [
    ['every day', { period: 'EveryDay', hour: slot(1, '3') }],
    ['every week', { period: 'EveryWeek', day: slot(1, 'Sunday'), hour: slot(2, '3') }],
    ['every month', { period: 'EveryMonth', day: slot(1, '1'), hour: slot(2, '3') }],
  ].map(([label, body]) => ({ label, markdownDescription: `Backups ${label}, at a full hour.`, body }));
}

// --- internal ---

type Storage = { readonly name: string; readonly text: string; readonly body: JsonSchema };

/** What is typed over: in the order of these numbers. */
export function slot(at: number, example: string): string {
  return `\${${at}:${example}}`;
}

const STORAGES: readonly Storage[] = [
  {
    name: 'DataStore',
    text: "The portal's own storage, which keeps a backup for a day.",
    body: { storageType: 'DataStore' },
  },
  {
    name: 'Documents',
    text: 'A folder of the portal, by its number. Another in each portal.',
    body: { storageType: 'Documents', storageParams: { folderId: slot(1, '1234') } },
  },
  {
    name: 'ThirdPartyDocuments',
    text: 'A folder of a cloud that the portal has connected. Another in each portal.',
    body: { storageType: 'ThirdPartyDocuments', storageParams: { folderId: slot(1, 'sbox-31-|backups') } },
  },
  {
    name: 's3',
    text: "A bucket of yours. The credentials stand in the portal's own storage settings; a deployment must allow the bucket.",
    body: {
      storageType: 'ThirdPartyConsumer',
      storageParams: {
        module: 's3',
        bucket: slot(1, 'acme-backups'),
        region: slot(2, 'eu-west-1'),
        subdir: '"{portal}"',
      },
    },
  },
  {
    name: 'googlecloud',
    text: "A bucket of Google Cloud Storage. The credentials stand in the portal's own storage settings.",
    body: {
      storageType: 'ThirdPartyConsumer',
      storageParams: { module: 'googlecloud', bucket: slot(1, 'acme-backups'), subdir: '"{portal}"' },
    },
  },
  {
    name: 'rackspace',
    text: "Containers of Rackspace Cloud Files. The credentials stand in the portal's own storage settings.",
    body: {
      storageType: 'ThirdPartyConsumer',
      storageParams: {
        module: 'rackspace',
        private_container: slot(1, 'acme-backups'),
        region: slot(2, 'LON'),
        subdir: '"{portal}"',
      },
    },
  },
  {
    name: 'Local',
    text: "A folder of a stand-alone server's own disk.",
    body: { storageType: 'Local', storageParams: { filePath: `"${slot(1, '/var/backups')}/{portal}"` } },
  },
];
