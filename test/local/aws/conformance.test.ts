import { startAws } from '../../../local/aws/endpoints.ts';
import { describeConformance } from './conformance.ts';

describeConformance({ name: 'the local AWS endpoint', open: () => startAws() });
