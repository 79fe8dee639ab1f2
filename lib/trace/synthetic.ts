/** Marks a made-up pool: every user (and every project) has this prefix. */
export const SYNTHETIC_PREFIX = "synthetic_";
export const SYNTHETIC_USER_PREFIX = `${SYNTHETIC_PREFIX}user_`;
export const SYNTHETIC_PROJECT_PREFIX = `${SYNTHETIC_PREFIX}project_`;
