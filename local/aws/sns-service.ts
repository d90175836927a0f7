import { AwsError } from './aws-error.ts';
import type { AwsRequest, AwsResponse } from './http-message.ts';
import type { LocalSns } from './local-sns.ts';
import { element, textElements } from './xml.ts';

/** A call to SNS: the query protocol, a form with its action. */
export type SnsTarget = { readonly operation: string; readonly form: URLSearchParams };

/** Undefined where the request is for another service. */
export function snsTarget({ method, headers, body }: AwsRequest): SnsTarget | undefined {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  if (method !== 'POST' || !isForm) return undefined;
  const form = new URLSearchParams(body.toString('utf8'));
  const operation = form.get('Action');
  return operation === null || form.get('Version') !== VERSION ? undefined : { operation, form };
}

/** Answers one call. Throws AwsError. */
export function serveSns(
  sns: LocalSns,
  { requestId }: AwsRequest,
  { operation, form }: SnsTarget,
): AwsResponse {
  if (operation !== 'Publish') {
    throw new AwsError(400, 'InvalidAction', `${operation} is not served by this local endpoint.`);
  }
  const messageId = publish(sns, form);
  const result = element('PublishResult', textElements({ MessageId: messageId }));
  const metadata = element('ResponseMetadata', textElements({ RequestId: requestId }));
  return xml(200, `<PublishResponse xmlns="${NAMESPACE}">${result}${metadata}</PublishResponse>`);
}

export function snsErrorAnswer({ status, code, message }: AwsError, requestId: string): AwsResponse {
  const type = status < 500 ? 'Sender' : 'Receiver';
  const error = element('Error', textElements({ Type: type, Code: code, Message: message }));
  const id = textElements({ RequestId: requestId }).join('');
  return xml(status, `<ErrorResponse xmlns="${NAMESPACE}">${error}${id}</ErrorResponse>`);
}

// --- internal ---

const VERSION = '2010-03-31';
const NAMESPACE = `http://sns.amazonaws.com/doc/${VERSION}/`;

const MOST_BYTES = 262_144;

function xml(status: number, body: string): AwsResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function publish(sns: LocalSns, form: URLSearchParams): string {
  const topicArn = form.get('TopicArn') ?? '';
  const message = form.get('Message') ?? '';
  const subject = form.get('Subject') ?? undefined;
  if (!sns.has(topicArn)) throw new AwsError(404, 'NotFound', 'Topic does not exist');
  const invalid = (what: string) => new AwsError(400, 'InvalidParameter', `Invalid parameter: ${what}`);
  if (message === '') throw invalid('Empty message');
  if (Buffer.byteLength(message) > MOST_BYTES) throw invalid('Message too long');
  if (subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(subject)) throw invalid('Subject');
  return sns.publish(topicArn, message, subject).messageId;
}
