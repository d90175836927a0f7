type Scalar = string | number | boolean;

export function xmlDocument(root: string, children: readonly string[]): string {
  const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">${children.join('')}</${root}>`;
}

/** S3's errors carry no namespace. */
export function xmlError(code: string, message: string, resource: string, requestId: string): string {
  const fields = { Code: code, Message: message, Resource: resource, RequestId: requestId };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('Error', textElements(fields))}`;
}

export function element(name: string, children: readonly string[]): string {
  return `<${name}>${children.join('')}</${name}>`;
}

/** One element a field, in the order given; a field that is undefined is left out, an empty one is not. */
export function textElements(fields: Readonly<Record<string, Scalar | undefined>>): string[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`<${name}>${escapeText(`${value}`)}</${name}>`],
  );
}

// --- internal ---

/** Control characters go as references: a parser turns a raw carriage return into a line feed. */
function escapeText(text: string): string {
  return text.replace(/[&<>"]|\p{Cc}/gu, (char) => `&#${char.codePointAt(0)};`);
}
