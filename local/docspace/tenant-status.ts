/** What a server says about a portal in `tenantStatus` of its settings (TenantStatus.cs:37-70; its own spelling). */
export const TENANT_STATUS = {
  active: 0,
  suspended: 1,
  removePending: 2,
  transfering: 3,
  restoring: 4,
  migrating: 5,
  encryption: 6,
} as const;

export type TenantStatus = keyof typeof TENANT_STATUS;
