import { jsonText, text, whole } from './columns.ts';

// Parts that several entities have as lists: one row per element, in the API's order.

/** The columns of a device report after the key of its owner (domain, DeviceReport). */
export const deviceColumns = () => ({
  position: whole().primary(),
  categoryKey: text().nullable(),
  categoryName: text().nullable(),
  vendor: text().nullable(),
  model: text().nullable(),
  osKey: text().nullable(),
  osName: text().nullable(),
  osVersion: text().nullable(),
  /** JSON array of names. */
  browsers: jsonText(),
});

/** The columns of an attachment after the key of its owner (domain, Attachment). */
export const attachmentColumns = () => ({
  position: whole().primary(),
  attachmentId: whole(),
  url: text().nullable(),
  contentType: text().nullable(),
  filename: text().nullable(),
  size: whole().nullable(),
});
