import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { openKeyCache } from '../functions/aws/key-cache.ts';
import { openSecretKeys } from '../functions/aws/secret-keys.ts';
import { runBounded } from '../functions/fleet/run-bounded.ts';
import { startAws } from '../local/aws/endpoints.ts';

/**
 * How many calls to Secrets Manager the keys of so many portals take.
 * @returns `beforeFirst`: those made before the first portal could start
 */
export async function countSecretCalls(
  portals: number,
  atOnce: number,
): Promise<{ calls: number; beforeFirst: number }> {
  const aws = await startAws();
  const client = new SecretsManagerClient({
    endpoint: aws.url,
    region: aws.region,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  try {
    const names = Array.from({ length: portals }, (_, index) => `p${index}`);
    for (const name of names) {
      aws.secrets.put(`docspace/portals/${name}`, JSON.stringify({ url: 'https://a.test', apiKey: 'sk-0' }));
    }
    const cache = openKeyCache(0, performance.now.bind(performance));
    const source = openSecretKeys({ client: async () => client, prefix: 'docspace/portals/', cache });
    const keys = await source(names);
    const beforeFirst = aws.calls.count();
    await runBounded({
      items: names,
      concurrency: atOnce,
      work: (name) => keys.keyOf(name),
      onResult: () => {},
    });
    return { calls: aws.calls.count(), beforeFirst };
  } finally {
    client.destroy();
    await aws.close();
  }
}
