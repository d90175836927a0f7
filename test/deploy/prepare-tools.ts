import { lambdaNode } from './lambda-node.ts';
import { pythonVenv } from './python-venv.ts';

/** Before any test: what is missing is fetched once, not by two tests at the same time. */
export async function setup(): Promise<void> {
  await pythonVenv();
  await lambdaNode();
}
