// The API group of our own kinds, in one place: it is only a string until somebody installs CRDs.

export const API_GROUP = 'metaltwin.dev';
export const API_VERSION = 'metaltwin.dev/v1alpha1';
