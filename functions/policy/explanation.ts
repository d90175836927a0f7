import type { LayerName } from './reading/merge-portal.ts';

/** One portal's schedule as its policy makes it, and where each part of it stands. */
export type Explanation = {
  /** Where the policy names the portal. */
  readonly line: number;
  readonly column: number;
  readonly profile: string | undefined;
  /** Where no entry names the portal: the selector that brings it. */
  readonly selected?: {
    readonly line: number;
    /** What its key must have for that; not there where any key will do. */
    readonly ifTags?: Readonly<Record<string, string>>;
  };
  readonly state: 'present' | 'absent';
  /** In the policy's order. */
  readonly fields: readonly ExplainedField[];
  /** What weaker layers say of fields that the portal does not have. */
  readonly dropped: readonly (PlacedValue & { readonly field: string; readonly reason: DropReason })[];
};

export type ExplainedField = {
  /** Dotted, as in a plan: `cronParams.hour`. */
  readonly field: string;
  readonly value: FieldValue;
  /** null: the policy does not say so, it is what holds otherwise. */
  readonly from: FieldPlace | null;
  /** What weaker layers say of the same field, the strongest of them first. */
  readonly overrode: readonly PlacedValue[];
};

/** The value of a param that may be a secret is `***`. */
export type FieldValue = string | number | boolean;

export type FieldPlace = {
  readonly layer: LayerName;
  /** The profile's name, where that is the layer. */
  readonly profile?: string;
  readonly line: number;
  readonly column: number;
};

export type PlacedValue = FieldPlace & { readonly value: FieldValue };

/** `replaced`: a stronger layer has the whole group; `storageType`: it has another type, which takes no params along. */
export type DropReason = 'replaced' | 'storageType';
