import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { contextProps } from './context-props.ts';
import { PolicySyncStack } from './policy-sync-stack.ts';
import { SettingsError } from './settings.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
try {
  new PolicySyncStack(app, 'PolicySync', contextProps(app.node));
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  // What is wrong is in the message; where it was thrown helps nobody.
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
