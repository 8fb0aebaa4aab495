/** A client for a merchant's till. See docs/merchants.md. */

export { Merchant, NoAnswer, Refused } from "./client.js";
export { COVERED, signedHeaders } from "./signing.js";
export { InvalidWebhook, verifyWebhook } from "./webhooks.js";
