// What a site says of its user, as the server takes it.
import type { Attributes } from "../../shared/protocol.ts";

const USER_FIELDS = ["name", "email", "avatar_url", "phone_number", "identifier_hash", "custom_attributes"];

/** What the server keeps beside the fields it knows: a company's name, a city, social profiles. */
export function asContact(identifier: string, user: Attributes): Attributes {
  const known = Object.entries(user).filter(([name]) => USER_FIELDS.includes(name));
  const more = Object.entries(user).filter(([name]) => !USER_FIELDS.includes(name) && name !== "identifier");
  return { ...Object.fromEntries(known), identifier, ...(more.length ? { additional_attributes: Object.fromEntries(more) } : {}) };
}
