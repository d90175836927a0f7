import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';

/** A VPC by its ids: nothing is looked up. */
export type VpcProps = {
  /** @example 'vpc-0123456789abcdef0' */
  readonly vpcId: string;
  /** At least one. @example ['subnet-0123456789abcdef0'] */
  readonly subnetIds: readonly string[];
  /** At least one. @example ['sg-0123456789abcdef0'] */
  readonly securityGroupIds: readonly string[];
};

/** A VPC of a CDK app. */
export type JoinedVpc = {
  readonly vpc: IVpc;
  /** @default the private subnets with a way out */
  readonly vpcSubnets?: SubnetSelection;
  /** @default a new one, which lets everything out and nothing in */
  readonly securityGroups?: readonly ISecurityGroup[];
};

/** Whether it is a VPC of an app, not ids. */
export function isJoined(vpc: VpcProps | JoinedVpc): vpc is JoinedVpc {
  return 'vpc' in vpc;
}
