/** A portal's name, as policies, secrets and reports spell it. */
export const PORTAL_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;
