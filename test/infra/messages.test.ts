import { describe, expect, it } from 'vitest';
import { onlyProperties, type Statement, statementsOf, synthesize } from './synthesize.ts';

const topicArn = 'arn:aws:sns:eu-central-1:123456789012:told';
const kmsKey = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const messages = {
  topicArn,
  webhookSecret: 'acme/chat',
  webhookHosts: ['hooks.slack.com'],
  digest: 'Monday 08:00',
  heartbeat: 'https://monitor.acme.com/beat/4711',
};
const plain = synthesize();
const told = synthesize({ messages, topicKmsKey: kmsKey });

const statement = ({ template }: typeof plain, sid: string): Statement | undefined =>
  statementsOf(template, 'What policy-sync may do').find(({ Sid }) => Sid === sid);
const variables = ({ template }: typeof plain) =>
  (onlyProperties(template, 'AWS::Lambda::Function').Environment as { Variables: Record<string, unknown> })
    .Variables;

describe('where people are told', () => {
  it('stands in the function’s environment, and nothing of it where nobody is', () => {
    expect(JSON.parse(String(variables(told).MESSAGES))).toEqual(messages);
    expect(variables(plain)).not.toHaveProperty('MESSAGES');
  });

  it('the function may publish to that topic alone', () => {
    expect(statement(told, 'TellPeople')).toMatchObject({ Action: 'sns:Publish', Resource: topicArn });
    expect(statement(plain, 'TellPeople')).toBeUndefined();
  });

  it('the function may use the topic’s key, for SNS in the topic’s region', () => {
    expect(statement(told, 'UseTopicKey')).toMatchObject({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: kmsKey,
      Condition: { StringEquals: { 'kms:ViaService': 'sns.eu-central-1.amazonaws.com' } },
    });
  });

  it('the function may read the webhook’s secret, and no other whose name begins so', () => {
    const found = statement(told, 'ReadWebhook');
    expect(found?.Action).toBe('secretsmanager:GetSecretValue');
    expect(JSON.stringify(found?.Resource)).toContain(':secret:acme/chat-??????"');
  });

  it('a heartbeat whose address nobody gives is warned of', () => {
    const lost = synthesize({ messages: { heartbeat: true } });
    expect(lost.warnings).toEqual([expect.stringContaining('no heartbeat is sent')]);
    expect(told.warnings).toEqual([]);
  });
});

describe('saved queries', () => {
  const queries = Object.values(plain.template.findResources('AWS::Logs::QueryDefinition')).map(
    ({ Properties }) => Properties as { Name: unknown; LogGroupNames: unknown; QueryString: string },
  );

  it('stand in a folder of the deployment, and look at its log alone', () => {
    const [group] = Object.keys(plain.template.findResources('AWS::Logs::LogGroup'));
    expect(queries.map(({ Name }) => Name)).toEqual(
      expect.arrayContaining([
        'policy-sync/PolicySync/History of a portal',
        'policy-sync/PolicySync/Failures by code',
      ]),
    );
    for (const { LogGroupNames } of queries) expect(LogGroupNames).toEqual([{ Ref: group }]);
  });

  it('are not made in a test environment, whose CloudFormation need not know them', () => {
    const { template } = synthesize({ allowInsecureLoopback: true });
    template.resourceCountIs('AWS::Logs::QueryDefinition', 0);
  });

  it.each([
    [
      'the history of a portal',
      'History of a portal',
      ['portal = "acme"', 'verdict', 'sort @timestamp desc'],
    ],
    ['failures by code', 'Failures by code', ['status = "failed"', 'by code']],
    ['what is held', 'What waits for a person', ['"GUARDED"', '"QUOTA_EXHAUSTED"']],
  ])('ask for %s', (_, name, parts) => {
    const query = queries.find(({ Name }) => String(Name).endsWith(name))?.QueryString;
    for (const part of parts) expect(query).toContain(part);
  });
});
